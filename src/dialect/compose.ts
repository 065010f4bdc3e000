import { Buffer } from "node:buffer";
import { renderLines, type Grammar } from "./grammar.ts";
import { startReading, type Reading } from "./reading.ts";
import { isSimple, isText, lineEnd } from "./text.ts";

/** compose-go v2 (docker compose's `env_file` and `.env`). It interpolates everywhere but in single quotes. */
export const compose: Grammar = {
  name: "compose",
  objection: ({ bytes }) => (isText(bytes) ? undefined : "it is not UTF-8, and compose would change it"),
  render: (entries) => renderLines(entries, ({ text }) => (isSimple(text) || text === "" ? text : quote(text))),
  read: (bytes) => readText(Buffer.from(bytes).toString("utf8")),
};

/** A backslash before the closing single quote would keep it open. */
function quote(text: string): string {
  return text.includes("'") || text.endsWith("\\") ? `"${text.replace(/["\\$]/g, "\\$&")}"` : `'${text}'`;
}

function readText(text: string) {
  const reading = startReading(text);
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    if (space.test(text.charAt(at))) at += 1;
    else if (text.charAt(at) === "#") at = lineEnd(text, at);
    else at = readAssignment(text, at, reading);
  }
  return reading.result();
}

/** What Go's unicode package calls a space. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** `NAME=value`, or `NAME: value` as in YAML. Any error ends the whole file's reading in compose. */
function readAssignment(text: string, start: number, reading: Reading): number {
  const line = text.slice(start, lineEnd(text, start));
  const head = /^(?:export[\t-\r \u0085\u00a0]+)?([\p{L}\p{N}_.[\]-]*)([\t\v\f\r \u0085\u00a0]*)([=:]|$)/u.exec(line);
  if (head?.[1] === undefined) {
    reading.note("file-refused", "compose refuses the file: this line has no name before =", start);
    return start + line.length;
  }
  const name = head[1];
  if (head[3] === "") {
    reading.unknown(name, "has no =: compose takes its own environment's value", start);
    return start + line.length;
  }
  const blanks = /^[\t\v\f\r \u0085\u00a0]*/.exec(text.slice(start + head[0].length))?.[0].length ?? 0;
  const { value, end } = readValue(text, start + head[0].length + blanks);
  if (value.kind === "text") reading.set(name, value.text, start);
  else if (value.kind === "expands") reading.unknown(name, value.reason, start);
  else reading.note("file-refused", value.reason, start);
  return end;
}

type Value =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expands" | "refused"; readonly reason: string };

function readValue(text: string, start: number): { readonly value: Value; readonly end: number } {
  const quote = text.charAt(start);
  if (quote === "'" || quote === '"') return readQuoted(text, start, quote);
  const end = lineEnd(text, start);
  const [bare = ""] = text.slice(start, end).split(" #", 1);
  return { value: interpolated(bare.replace(trailingSpace, "")), end };
}

const trailingSpace = new RegExp(`${space.source}+$`);

/** First the quote itself is unescaped, in both kinds; in double quotes the shell's escapes follow, then references. */
function readQuoted(text: string, start: number, quote: "'" | '"'): { readonly value: Value; readonly end: number } {
  let inside = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) {
      const value: Value = quote === "'" ? { kind: "text", text: inside } : interpolated(unescaped(inside));
      return { value, end: at + 1 };
    }
    if (char !== "\\") inside += char;
    else {
      at += 1;
      inside += text.charAt(at) === quote ? quote : `\\${text.charAt(at)}`;
    }
  }
  return { value: { kind: "refused", reason: "compose refuses the file: a quote is never closed" }, end: text.length };
}

/** Octal is `\0` and three digits; anything unknown keeps its backslash. `\$` becomes `$$`, a `$` that is no reference. */
function unescaped(inside: string): string {
  return inside.replace(/\\(?:([abfnrtv"\\$])|0([0-3][0-7]{2}))/g, (_, char?: string, octal?: string) =>
    octal === undefined ? (escapes[char ?? ""] ?? char ?? "") : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  $: "$$",
};

/** What a reference becomes depends on the environment that compose runs in, so such a value is reported, not guessed. */
function interpolated(text: string): Value {
  const rest = text.replaceAll("$$", "");
  if (/\$\{[^A-Za-z_]|\$\{$/.test(rest)) return { kind: "refused", reason: "compose refuses the file: a broken ${" };
  if (/\$[A-Za-z_{]/.test(rest)) {
    return { kind: "expands", reason: "refers to another variable: what compose makes of it depends on where it runs" };
  }
  return { kind: "text", text: text.replaceAll("$$", "$") };
}
