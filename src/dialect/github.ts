import { createHash } from "node:crypto";
import type { Grammar, Plain } from "./grammar.ts";
import { startReading } from "./reading.ts";
import { byteText, bytesOf, isSimple, isText, lineEnd } from "./text.ts";

/** The file behind GITHUB_ENV, which the Actions runner reads after each step. */
export const github: Grammar = {
  name: "github",
  objection({ name, bytes }) {
    if (!isText(bytes)) return "it is not UTF-8, and the runner would change it";
    if (name === "NODE_OPTIONS") return "the runner refuses NODE_OPTIONS in this file";
    if (/^(?:GITHUB|RUNNER)_/.test(name)) return "the runner keeps GITHUB_ and RUNNER_ names for itself";
    return undefined;
  },
  render: (entries) => entries.map(encode).join(""),
  read: (bytes) => readText(byteText(bytes)),
};

function encode({ name, text, bytes }: Plain): string {
  if (isSimple(text)) return `${name}=${text}\n`;
  const delimiter = delimiterFor(text, bytes);
  return `${name}<<${delimiter}\n${text}\n${delimiter}\n`;
}

/**
 * Derived from the value, so that the same values make the same file, and yet nobody can put it on a line of the value:
 * that line would have to hold its own value's hash.
 */
function delimiterFor(text: string, bytes: Uint8Array): string {
  const lines = text.split("\n");
  for (let salt = 0; ; salt += 1) {
    const digest = createHash("sha256").update(`keyturn ${salt} `).update(bytes).digest("hex");
    const delimiter = `keyturn_${digest.slice(0, 32)}`;
    if (!lines.includes(delimiter)) return delimiter;
  }
}

function readText(text: string) {
  const reading = startReading(text);
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    const head = /^([^=]*?)(<<|=)([^]*)$/.exec(line);
    const next = end + 1;
    if (head?.[2] === "=" && head[1] !== "") reading.set(head[1] ?? "", bytesOf(head[3] ?? ""), at);
    else if (head?.[2] === "<<" && head[1] !== "" && head[3] !== "") {
      const body = readUntil(text, next, head[3] ?? "");
      if (body === undefined) {
        reading.note("file-refused", "the runner fails: the line that ends this value is missing", at);
        break;
      }
      reading.set(head[1] ?? "", bytesOf(body.value), at);
      at = body.next;
      continue;
    } else if (line !== "") reading.note("file-refused", "the runner fails: neither NAME=value nor NAME<<END", at);
    at = next;
  }
  return reading.result();
}

function readUntil(text: string, start: number, delimiter: string) {
  for (let at = start; at < text.length; at = lineEnd(text, at) + 1) {
    const end = lineEnd(text, at);
    if (text.slice(at, end) === delimiter) return { value: text.slice(start, Math.max(start, at - 1)), next: end + 1 };
  }
  return undefined;
}
