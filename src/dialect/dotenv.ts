import { Buffer } from "node:buffer";
import { renderLines, type Grammar, type Plain } from "./grammar.ts";
import { nodeObjection, nodeQuoted } from "./quote.ts";
import { startReading, type Reading } from "./reading.ts";
import { fitsBare } from "./text.ts";

/**
 * dotenv (npm, 18.0). Node's quotes, and three traps: a carriage return in the file is a line feed to it, a backslash
 * before the closing quote keeps it open, and inside `"` both `\n` and `\r` are replaced.
 */
export const dotenv: Grammar = {
  name: "dotenv",
  objection(plain) {
    if (plain.text.includes("\r")) return returnObjection(plain);
    if (staysBare(plain.text)) return undefined;
    if (plain.text.endsWith("\\")) return "it ends with a backslash, which would keep the quote open";
    const escaped = nodeQuoted(plain.text).startsWith('"') && plain.text.includes("\\r");
    return escaped ? "it holds ', ` and \\r, which a carriage return would replace" : nodeObjection(plain, "dotenv");
  },
  render: (entries) => renderLines(entries, ({ text }) => encode(text)),
  read: (bytes) => readText(Buffer.from(bytes).toString("utf8")),
};

function staysBare(text: string): boolean {
  return text.endsWith("\\") && fitsBare(text);
}

function encode(text: string): string {
  if (staysBare(text)) return text;
  return text.includes("\r") ? `"${text.replaceAll("\r", "\\r")}"` : nodeQuoted(text);
}

/** Only inside `"` can one be written, as `\r`; the value must hold nothing that means something else there. */
function returnObjection(plain: Plain): string | undefined {
  if (plain.text.includes('"'))
    return 'it holds a carriage return and a ", and dotenv writes the one only inside the other';
  if (/\\[nr]/.test(plain.text))
    return "it holds a carriage return, and \\n or \\r as two characters: dotenv would mix them up";
  if (plain.text.endsWith("\\")) return "it ends with a backslash, which would keep the quote open";
  return nodeObjection({ ...plain, text: "" }, "dotenv");
}

function readText(original: string) {
  const text = original.replaceAll(/\r\n?/g, "\n");
  const reading = startReading(text);
  if (text !== original) reading.note("value-changed", "dotenv reads a carriage return as a line feed", 0);
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) at += 1;
    else if (text.charAt(at) === "#") at = breakAfter(text, at);
    else at = readAssignment(text, at, reading);
  }
  return reading.result();
}

function readAssignment(text: string, start: number, reading: Reading): number {
  const head = assignmentHead(text, start);
  if (head === undefined) {
    reading.note("line-dropped", "not NAME=value: dotenv ignores the line", start);
    return breakAfter(text, start);
  }
  const quoted = readQuoted(text, head.end);
  const raw = quoted ?? readBare(text, head.end);
  reading.set(head.name, raw.value, start);
  return raw.next;
}

/** `export NAME` and `NAME =`, or `NAME: ` as in YAML. The name `export` itself may be meant. */
function assignmentHead(text: string, start: number): { readonly name: string; readonly end: number } | undefined {
  const sticky = /(?:export\s+)?([\w.-]+)(?:\s*=|:\s)/y;
  sticky.lastIndex = start;
  const found = sticky.exec(text);
  return found?.[1] === undefined ? undefined : { name: found[1], end: sticky.lastIndex };
}

/**
 * A quote that is followed by the end of the line or a comment closes the value; one behind a backslash does so only when
 * no later one does. Without any, the value isn't quoted at all.
 */
function readQuoted(text: string, from: number): { readonly value: string; readonly next: number } | undefined {
  const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
  const quote = text.charAt(start);
  if (quote === "" || !"'\"`".includes(quote)) return undefined;
  let closed: { readonly at: number; readonly next: number } | undefined;
  for (let at = text.indexOf(quote, start + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    const rest = /^[^\S\n\u2028\u2029]*(?:#.*)?(?=[\n\u2028\u2029]|$)/.exec(text.slice(at + 1));
    if (rest !== null) closed = { at, next: at + 1 + rest[0].length };
    if (text.charAt(at - 1) !== "\\" || at - 1 === start - 1) break;
  }
  if (closed === undefined) return undefined;
  return { value: unescaped(quote, text.slice(start + 1, closed.at)), next: closed.next };
}

function readBare(text: string, from: number): { readonly value: string; readonly next: number } {
  const raw = /^[^#\n]*/.exec(text.slice(from))?.[0] ?? "";
  const value = raw.trim();
  const end = from + raw.length;
  const quote = value.charAt(0);
  const wrapped = value.length > 1 && quote !== "" && "'\"`".includes(quote) && value.endsWith(quote);
  // a line separator ends a comment, and is a character of a value like any other
  const next = text.charAt(end) === "#" ? breakAfter(text, end) : end;
  return { value: unescaped(quote, wrapped ? value.slice(1, -1) : value), next };
}

function unescaped(quote: string, inside: string): string {
  return quote === '"' ? inside.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : inside;
}

function breakAfter(text: string, offset: number): number {
  const found = text.slice(offset).search(/[\n\u2028\u2029]/);
  return found < 0 ? text.length : offset + found;
}
