import { Buffer } from "node:buffer";
import { renderLines, type Grammar } from "./grammar.ts";
import { startReading, type Reading } from "./reading.ts";
import { fitsBare, isSimple, isText } from "./text.ts";

/**
 * python-dotenv 1.2, which pydantic-settings reads `.env` with. It opens the file in text mode, so that a carriage return
 * is a line feed to it, and replaces `${NAME}` in every value, in single quotes too; `${:-$}` is a `$`.
 */
export const python: Grammar = {
  name: "python",
  objection(plain) {
    if (!isText(plain.bytes)) return "it is not UTF-8, and python-dotenv fails on the file";
    if (plain.text.includes("\r")) return "it holds a carriage return, which python-dotenv reads as a line feed";
    const quoteStaysOpen = plain.text.endsWith("\\") && !fitsBare(plain.text);
    return quoteStaysOpen ? "it ends with a backslash, which would keep the quote open" : undefined;
  },
  render: (entries) => renderLines(entries, ({ text }) => encode(text)),
  read: (bytes) => readText(Buffer.from(bytes).toString("utf8")),
};

function encode(text: string): string {
  const escaped = isSimple(text) || text === "" || text.endsWith("\\") ? text : `'${text.replace(/['\\]/g, "\\$&")}'`;
  return escaped.replaceAll("${", "${:-$}{");
}

function readText(original: string) {
  const text = original.replaceAll(/\r\n?/g, "\n");
  const reading = startReading(text);
  if (text !== original) reading.note("value-changed", "python-dotenv reads a carriage return as a line feed", 0);
  let at = skip(anySpace, text, 0);
  while (at < text.length) {
    at = text.charAt(at) === "#" ? restOfLine(text, at) : readAssignment(text, at, reading);
    at = skip(anySpace, text, at);
  }
  return reading.result();
}

/** What Python's `\s` matches, which is not what JavaScript's does. */
const spaceClass = "\\t-\\r\\u001c-\\u001f \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const anySpace = new RegExp(`[${spaceClass}]*`, "y");
const inlineSpace = new RegExp(`(?:(?!\\n)[${spaceClass}])*`, "y");
const exported = new RegExp(`(?:export(?:(?!\\n)[${spaceClass}])+)?`, "y");
const bareName = new RegExp(`[^=#${spaceClass}]+`, "y");
const quotedName = /'[^']+'/y;
const lineRest = new RegExp(`(?:(?!\\n)[${spaceClass}])*(?:#[^\\n]*)?(?:(?!\\n)[${spaceClass}])*(?:\\n|$)`, "y");

function readAssignment(text: string, start: number, reading: Reading): number {
  const nameStart = skip(exported, text, start);
  const nameEnd = skip(text.charAt(nameStart) === "'" ? quotedName : bareName, text, nameStart);
  if (nameEnd === nameStart) return skipLine(text, start, nameStart, reading);
  const name = text.slice(nameStart, nameEnd).replace(/^'([^]*)'$/, "$1");
  const equals = skip(inlineSpace, text, nameEnd);
  const assigned = text.charAt(equals) === "=";
  const value = assigned ? readValue(text, skip(inlineSpace, text, equals + 1)) : { text: "", end: equals };
  const end = value === undefined ? undefined : match(lineRest, text, value.end);
  if (value === undefined || end === undefined) return skipLine(text, start, value?.end ?? equals, reading);
  if (assigned) setResolved(name, value.text, start, reading);
  else {
    reading.note(
      "line-dropped",
      "no = in this line: python-dotenv sets nothing, and forgets what was set before",
      start,
    );
    reading.unset(name);
  }
  return end;
}

function skipLine(text: string, start: number, from: number, reading: Reading): number {
  reading.note("line-dropped", "not NAME=value: python-dotenv skips the line", start);
  return restOfLine(text, from);
}

function readValue(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  const quote = text.charAt(start);
  if (quote !== "'" && quote !== '"') return readBare(text, start);
  const end = match(quote === "'" ? singleQuoted : doubleQuoted, text, start);
  if (end === undefined) return undefined;
  const inside = text.slice(start + 1, end - 1);
  const escape = quote === "'" ? /\\([\\'])/g : /\\([\\'"abfnrtv])/g;
  return { text: inside.replaceAll(escape, (_, char: string) => escapes[quote + char] ?? char), end };
}

/** A backslash keeps a quote open only when a later one can close it. */
const singleQuoted = /'(?:\\'|[^'])*'/y;
const doubleQuoted = /"(?:\\"|[^"])*"/y;

const escapes: Readonly<Record<string, string>> = {
  '"a': "\u0007",
  '"b': "\b",
  '"f': "\f",
  '"n': "\n",
  '"r': "\r",
  '"t': "\t",
  '"v': "\v",
};

function readBare(text: string, start: number): { readonly text: string; readonly end: number } {
  const end = restOfLine(text, start);
  const uncommented = text.slice(start, end).replace(commentTail, "");
  return { text: uncommented.replace(spaceTail, ""), end };
}

const commentTail = new RegExp(`(?<![${spaceClass}])[${spaceClass}]+#.*`, "s");
const spaceTail = new RegExp(`(?<![${spaceClass}])[${spaceClass}]+$`);

/** What a reference becomes depends on the environment, so such a value is reported, not guessed; one without a name doesn't. */
function setResolved(name: string, value: string, start: number, reading: Reading): void {
  // behind the last bracket nothing is closed: left out, so that no search runs to the end in vain
  const closed = value.slice(0, value.lastIndexOf("}") + 1);
  const known =
    closed.replaceAll(/\$\{(?::-([^}]*))?\}/g, (_, fallback?: string) => fallback ?? "") + value.slice(closed.length);
  if (/\$\{[^}:]+(?::-[^}]*)?\}/.test(closed)) {
    reading.note(
      "expands",
      "refers to another variable: what python-dotenv makes of it depends on where it runs",
      start,
    );
  } else reading.set(name, known, start);
}

function restOfLine(text: string, start: number): number {
  const found = text.indexOf("\n", start);
  return found < 0 ? text.length : found;
}

function skip(pattern: RegExp, text: string, start: number): number {
  return match(pattern, text, start) ?? start;
}

function match(pattern: RegExp, text: string, start: number): number | undefined {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = start;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}
