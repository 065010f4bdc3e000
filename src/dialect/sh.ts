import { renderLines, type Grammar } from "./grammar.ts";
import { startReading, type Reading } from "./reading.ts";
import { byteText, bytesOf, isSimple, lineEnd } from "./text.ts";

/** POSIX sh, `set -a; . file`, as dash, busybox and bash do. The only one that takes any bytes but NUL. */
export const sh: Grammar = {
  name: "sh",
  objection: ({ name }) =>
    shellOwn.has(name) ? "shells keep this name for themselves and refuse or change what is assigned to it" : undefined,
  render: (entries) => renderLines(entries, ({ text }) => (isSimple(text) || text === "" ? text : quote(text))),
  read: readFile,
};

const shellOwn: ReadonlySet<string> = new Set(
  "UID EUID PPID BASHOPTS SHELLOPTS BASHPID BASH_VERSINFO GROUPS FUNCNAME RANDOM SRANDOM SECONDS LINENO OPTIND _".split(
    " ",
  ),
);

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Assignments only: what a shell would run or expand depends on the machine, so it is reported and not read. In a file
 * with a finding the shell may see other values than this reader.
 */
function readFile(bytes: Uint8Array) {
  const text = byteText(bytes);
  const reading = startReading(text);
  let at = 0;
  while (at < text.length) {
    at = skipBlank(text, at);
    const char = text.charAt(at);
    if (char === "") break;
    if (char === "\n") at += 1;
    else if (char === "#") at = lineEnd(text, at);
    else at = readStatement(text, at, reading);
  }
  return reading.result();
}

interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly start: number;
}

function readStatement(text: string, start: number, reading: Reading): number {
  const exported = /^export(?:[ \t]|\\\n)/.test(text.slice(start, start + 8));
  const found: Assignment[] = [];
  let at = exported ? skipBlank(text, start + "export".length) : start;
  while (at < text.length && !"\n;#".includes(text.charAt(at))) {
    const name = /^[A-Za-z_][A-Za-z0-9_]*(?==)/.exec(text.slice(at, at + 4096))?.[0];
    if (name === undefined) return dropLine(text, start, reading, "not an assignment: a shell would run it");
    const word = readWord(text, at + name.length + 1);
    if (word.kind === "expands") {
      assign(found, reading);
      reading.unknown(name, "is expanded by the shell", at);
    }
    if (word.kind === "refused") reading.note("line-dropped", word.reason, at);
    if (word.kind !== "word") return lineEnd(text, word.end);
    found.push({ name, value: word.value, start: at });
    at = skipBlank(text, word.end);
  }
  if (found.length === 0) {
    const reason = exported ? "export alone: a shell prints its environment" : "a ; without a statement before it";
    return dropLine(text, start, reading, reason);
  }
  assign(found, reading);
  return text.charAt(at) === ";" ? at + 1 : at;
}

function assign(found: readonly Assignment[], reading: Reading): void {
  for (const { name, value, start } of found) reading.set(name, bytesOf(value), start);
}

function dropLine(text: string, start: number, reading: Reading, reason: string): number {
  reading.note("line-dropped", reason, start);
  return lineEnd(text, start);
}

type Word =
  | { readonly kind: "word"; readonly value: string; readonly end: number }
  | { readonly kind: "expands"; readonly end: number }
  | { readonly kind: "refused"; readonly reason: string; readonly end: number };

function readWord(text: string, start: number): Word {
  let value = "";
  let at = start;
  while (at < text.length && !" \t\n;".includes(text.charAt(at))) {
    const piece = readPiece(text, at, at === start || text.charAt(at - 1) === ":");
    if (piece.kind !== "word") return piece;
    if (piece.value.includes("\0")) return refused("a NUL byte, which a shell drops", piece.end);
    value += piece.value;
    at = piece.end;
  }
  return { kind: "word", value, end: at };
}

function readPiece(text: string, at: number, tildeExpands: boolean): Word {
  const char = text.charAt(at);
  if (char === "'") return readSingle(text, at);
  if (char === '"') return readDouble(text, at);
  if (char === "\\") return readEscape(text, at);
  if (char === "$" || char === "`" || (char === "~" && tildeExpands)) return { kind: "expands", end: at };
  if ("|&<>()".includes(char)) return refused("a shell operator outside quotes", at);
  return { kind: "word", value: char, end: at + 1 };
}

function readSingle(text: string, start: number): Word {
  const close = text.indexOf("'", start + 1);
  if (close < 0) return refused("a quote is never closed", text.length);
  return { kind: "word", value: text.slice(start + 1, close), end: close + 1 };
}

function readDouble(text: string, start: number): Word {
  let value = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') return { kind: "word", value, end: at + 1 };
    if (char === "$" || char === "`") return { kind: "expands", end: at };
    if (char !== "\\") value += char;
    else {
      at += 1;
      const next = text.charAt(at);
      if (next !== "\n") value += '$`"\\'.includes(next) ? next : `\\${next}`;
    }
  }
  return refused("a quote is never closed", text.length);
}

function readEscape(text: string, at: number): Word {
  const next = text.charAt(at + 1);
  if (next === "") return refused("a backslash at the very end, which shells read in different ways", at + 1);
  return { kind: "word", value: next === "\n" ? "" : next, end: at + 2 };
}

function refused(reason: string, end: number): Word {
  return { kind: "refused", reason, end };
}

/** A backslash before the line's end joins two lines. */
function skipBlank(text: string, start: number): number {
  return start + (/^(?:[ \t]|\\\n)*/.exec(text.slice(start))?.[0].length ?? 0);
}
