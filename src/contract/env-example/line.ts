import { isVariableName } from "../name.ts";
import { readValue, type ValueFault } from "./quoted-value.ts";

/** One line of an `.env.example`, or several where a quoted value spans them. Line and column count from 1. */
export type Line = BlankLine | CommentLine | AssignmentLine | MalformedLine;

interface Place {
  readonly line: number;
  readonly column: number;
}

interface BlankLine {
  readonly kind: "blank";
}

export interface CommentLine extends Place {
  readonly kind: "comment";
  /** without the leading `#`s and the spaces around; a line of `#` alone stays as it is */
  readonly text: string;
  /** the assignment that is commented out, when the line is nothing else */
  readonly assignment?: AssignmentLine;
}

export interface AssignmentLine extends Place {
  readonly kind: "assignment";
  readonly name: string;
  /** decoded */
  readonly value: string;
  /** the same text as a template: what the quoting made literal has its `${` escaped */
  readonly template: string;
  /** behind the value, without `#` */
  readonly comment: string;
  readonly commentColumn: number;
  readonly fault?: ValueFault;
  readonly faultColumn: number;
}

interface MalformedLine extends Place {
  readonly kind: "malformed";
  readonly code: "not-an-assignment" | "name-invalid";
}

/** Splits text into lines and reads each. Total: any text gives lines. */
export function readLines(text: string): readonly Line[] {
  const source = text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r\n?/g, "\n")
    .split("\n");
  const lines: Line[] = [];
  let index = 0;
  while (index < source.length) {
    const [line, taken] = readLine(source, index);
    lines.push(line);
    index += taken;
  }
  return lines;
}

function readLine(source: readonly string[], index: number): readonly [Line, number] {
  const text = source[index] ?? "";
  if (text.trim() === "") return [{ kind: "blank" }, 1];
  const place: Place = { line: index + 1, column: text.length - text.trimStart().length + 1 };
  if (text.trimStart().startsWith("#")) return [readComment(text, place), 1];
  const head = readHead(text);
  if (head === undefined) return [{ kind: "malformed", code: "not-an-assignment", ...place }, 1];
  if (!isVariableName(head.name)) return [{ kind: "malformed", code: "name-invalid", ...place }, 1];
  const value = readValue(source, index, head.valueAt);
  return [assignment(head, value, place.line), value.lines];
}

interface Head {
  readonly name: string;
  readonly nameAt: number;
  readonly valueAt: number;
}

/** `NAME=`, `export NAME=`, with or without spaces around the name. */
function readHead(text: string): Head | undefined {
  const match = /^(\s*(?:export\s+)?)([^\s=#][^\s=]*)\s*=/.exec(text);
  if (match === null) return undefined;
  return { name: match[2] ?? "", nameAt: (match[1] ?? "").length, valueAt: match[0].length };
}

function assignment(head: Head, value: ReturnType<typeof readValue>, line: number): AssignmentLine {
  return {
    kind: "assignment",
    line,
    column: head.nameAt + 1,
    name: head.name,
    value: value.value,
    template: value.template,
    comment: value.comment,
    commentColumn: value.commentAt + 1,
    faultColumn: value.faultAt + 1,
    ...(value.fault === undefined ? {} : { fault: value.fault }),
  };
}

function readComment(line: string, place: Place): CommentLine {
  if (/^\s*#{3,}\s*$/.test(line)) return { kind: "comment", ...place, text: line.trim() };
  const start = /^\s*#+\s*/.exec(line)?.[0].length ?? 0;
  const text = line.slice(start).trim();
  const comment: CommentLine = { kind: "comment", line: place.line, column: start + 1, text };
  const head = readHead(line.slice(start));
  if (head === undefined || !isVariableName(head.name) || !/^[A-Z_]/.test(head.name)) return comment;
  const shifted = { ...head, nameAt: head.nameAt + start, valueAt: head.valueAt + start };
  if (readsAsProse(line.slice(shifted.valueAt))) return comment;
  return { ...comment, assignment: assignment(shifted, readValue([line], 0, shifted.valueAt), place.line) };
}

/** `FOO=bar to turn it on`, `FOO=bar npm start` and `A=1 B=2 node x` are sentences and commands, not assignments. */
function readsAsProse(value: string): boolean {
  const text = value.trim();
  if (/^["'`]/.test(text)) return false;
  const rest = /^[^\s#]\S*\s+(.*)$/.exec(text)?.[1] ?? "";
  return /^(?:[a-z]|[A-Za-z_]\w*=)/.test(rest) || /^(?:and|or|&&|\|\||;|->|→)/.test(rest);
}
