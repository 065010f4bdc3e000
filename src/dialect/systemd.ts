import { Buffer } from "node:buffer";
import { renderLines, type Grammar } from "./grammar.ts";
import { isName, startReading, type Reading } from "./reading.ts";
import { byteText, bytesOf, isSimple, isText } from "./text.ts";

/**
 * systemd 252 `EnvironmentFile=`. One value that is not UTF-8, or a noncharacter, and systemd rejects the whole file: with
 * `EnvironmentFile=-` the unit then starts without any of its variables. It writes a rejected line to the journal with
 * the value, so nothing that it rejects may be written.
 */
export const systemd: Grammar = {
  name: "systemd",
  objection: (plain) => objection(plain.bytes),
  render: (entries) => renderLines(entries, ({ text }) => (isSimple(text) || text === "" ? text : quote(text))),
  read: readFile,
};

function objection(bytes: Uint8Array): string | undefined {
  if (!isText(bytes)) return "it is not UTF-8, and systemd would reject the whole file";
  if (noncharacter.test(Buffer.from(bytes).toString("utf8"))) {
    return "it holds a Unicode noncharacter, and systemd would reject the whole file";
  }
  return undefined;
}

const noncharacter = /\p{Noncharacter_Code_Point}/u;

/** Line feeds, carriage returns and tabs stand literally inside the quotes. */
function quote(text: string): string {
  return `"${text.replace(/["\\$`]/g, "\\$&")}"`;
}

function readFile(bytes: Uint8Array) {
  const text = byteText(bytes);
  const reading = startReading(text);
  if (text.includes("\0")) reading.note("file-refused", "systemd rejects a file with a NUL byte", text.indexOf("\0"));
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (isBlank(char)) at += 1;
    else if (char === "#" || char === ";") at = readComment(text, at, reading);
    else at = readAssignment(text, at, reading);
  }
  return reading.result();
}

function readComment(text: string, start: number, reading: Reading): number {
  let at = start;
  while (at < text.length && !isNewline(text.charAt(at))) {
    if (text.charAt(at) === "\\" && isNewline(text.charAt(at + 1))) {
      reading.note("comment-continued", "a comment ends with a backslash: the next line is part of it until v254", at);
    }
    at += text.charAt(at) === "\\" ? 2 : 1;
  }
  return at;
}

function readAssignment(text: string, start: number, reading: Reading): number {
  let at = start;
  while (at < text.length && text.charAt(at) !== "=" && !isNewline(text.charAt(at))) at += 1;
  if (text.charAt(at) !== "=") {
    reading.note("line-dropped", "no = in this line: systemd ignores it", start);
    return at;
  }
  const name = text.slice(start, at).replace(/[ \t\r\n]+$/, "");
  const { value, end } = readValue(text, at + 1);
  const refusal = objection(bytesOf(name)) ?? objection(bytesOf(value));
  if (refusal !== undefined)
    reading.note("file-refused", `systemd rejects the file: this value can't be carried`, start);
  else if (!isName(name)) reading.note("name-invalid", "not a name for systemd: it drops this assignment", start);
  else reading.set(name, bytesOf(value), start);
  return end;
}

/**
 * Quoted pieces may follow each other, with blanks between them that don't count; after the first unquoted character a
 * quote is a character like any other. `kept` is how much of the value trailing blanks are not cut from.
 */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } {
  let at = start;
  let value = "";
  let kept = 0;
  let bare = false;
  while (at < text.length && !isNewline(text.charAt(at))) {
    const char = text.charAt(at);
    if (char === "\\") {
      const escaped = text.charAt(at + 1);
      if (!isNewline(escaped)) value += escaped;
      [kept, bare, at] = [value.length, true, at + 2];
    } else if (!bare && (char === "'" || char === '"')) {
      const piece = char === "'" ? readSingle(text, at + 1) : readDouble(text, at + 1);
      value += piece.value;
      [kept, at] = [value.length, piece.end];
    } else {
      if (bare || !isBlank(char)) [value, bare] = [value + char, true];
      if (!isBlank(char)) kept = value.length;
      at += 1;
    }
  }
  return { value: value.slice(0, kept), end: Math.min(at, text.length) };
}

/** A quote that is never closed takes the rest of the file. */
function readSingle(text: string, start: number) {
  const close = text.indexOf("'", start);
  return close < 0
    ? { value: text.slice(start), end: text.length }
    : { value: text.slice(start, close), end: close + 1 };
}

function readDouble(text: string, start: number) {
  const close = /^(?:[^"\\]|\\[^])*/.exec(text.slice(start))?.[0].length ?? 0;
  const value = text
    .slice(start, start + close)
    .replace(/\\([^])/g, (pair, char: string) => (char === "\n" ? "" : '"\\`$'.includes(char) ? char : pair));
  return { value, end: start + close + 1 };
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t" || isNewline(char);
}

function isNewline(char: string): boolean {
  return char === "\n" || char === "\r";
}
