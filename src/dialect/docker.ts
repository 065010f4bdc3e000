import { Buffer } from "node:buffer";
import { renderLines, type Grammar } from "./grammar.ts";
import { startReading, type Reading } from "./reading.ts";
import { byteText, bytesOf, isText } from "./text.ts";

/** The CLI reads lines into a buffer of this many bytes. */
const lineLimit = 65_536;

/** docker CLI 20.10 and 28.2 `--env-file`, podman 4.3 the same. No quoting at all: what stands right of `=` is the value. */
export const docker: Grammar = {
  name: "docker",
  objection({ name, bytes, text }) {
    if (!isText(bytes)) return "it is not UTF-8, and docker refuses the file";
    if (text.includes("\n")) return "it holds a line feed, and docker has no way to write one";
    if (text.endsWith("\r")) return "it ends with a carriage return, which docker drops";
    if (name.length + 1 + bytes.byteLength >= lineLimit)
      return "its line would be 64 KiB or longer, and docker refuses it";
    return undefined;
  },
  render: (entries) => renderLines(entries, ({ text }) => text),
  read(bytes) {
    const text = byteText(bytes);
    const reading = startReading(text);
    let at = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
    for (const line of text.slice(at).split("\n")) {
      readLine(line, at, reading);
      at += line.length + 1;
    }
    return reading.result();
  },
};

const byteOrderMark = "\u00ef\u00bb\u00bf";

function readLine(raw: string, offset: number, reading: Reading): void {
  const refuse = (why: string) => reading.note("file-refused", `docker refuses the file: ${why}`, offset);
  if (raw.length >= lineLimit) return refuse("a line of 64 KiB or more");
  if (!isText(bytesOf(raw))) return refuse("a line that is not UTF-8");
  const line = bytesOf(raw.replace(/\r$/, ""))
    .toString("utf8")
    .replace(/^[\p{White_Space}]+/u, "");
  if (line === "" || line.startsWith("#")) return;
  const [name = ""] = line.split("=", 1);
  if (name === "") return refuse("no name left of =");
  if (/[ \t]/.test(name)) return refuse("a blank in a name");
  if (line.includes("\0")) return refuse("a NUL byte");
  if (name.length === line.length) {
    return reading.unknown(name, "has no =: docker passes its own environment's value on", offset);
  }
  reading.set(name, Buffer.from(line.slice(name.length + 1), "utf8"), offset);
}
