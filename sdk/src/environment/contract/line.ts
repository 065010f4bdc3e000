import { readValue } from "./value.ts";

/** One line of an `.env.example`, or several where a quoted value spans them. A `gap` is blank or can't be read. */
export type Line = { readonly kind: "gap" } | CommentLine | ({ readonly kind: "assignment" } & Assignment);

export interface CommentLine {
  readonly kind: "comment";
  readonly text: string;
  /** the assignment that is commented out, when the line is nothing else */
  readonly assignment?: Assignment;
}

export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** the same text as a template: what the quoting made literal has its `${` escaped */
  readonly template: string;
  /** behind the value, without `#` */
  readonly comment: string;
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;

export function readLines(text: string): readonly Line[] {
  const source = text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r\n?/g, "\n")
    .split("\n");
  const lines: Line[] = [];
  for (let index = 0; index < source.length;) {
    const [line, taken] = readLine(source, index);
    lines.push(line);
    index += taken;
  }
  return lines;
}

function readLine(source: readonly string[], index: number): readonly [Line, number] {
  const text = source[index] ?? "";
  if (text.trimStart().startsWith("#")) return [readComment(text), 1];
  const head = readHead(text);
  if (head === undefined || !variableName.test(head.name)) return [{ kind: "gap" }, 1];
  const { lines, ...read } = readValue(source, index, head.valueAt);
  return [{ kind: "assignment", name: head.name, ...read }, lines];
}

/** `NAME=`, `export NAME=`, with or without spaces around the name. */
function readHead(text: string): { readonly name: string; readonly valueAt: number } | undefined {
  const match = /^\s*(?:export\s+)?([^\s=#][^\s=]*)\s*=/.exec(text);
  return match === null ? undefined : { name: match[1] ?? "", valueAt: match[0].length };
}

function readComment(line: string): CommentLine {
  if (/^\s*#{3,}\s*$/.test(line)) return { kind: "comment", text: line.trim() };
  const bare = line.replace(/^\s*#+\s*/, "");
  const comment: CommentLine = { kind: "comment", text: bare.trim() };
  const head = readHead(bare);
  if (head === undefined || !variableName.test(head.name) || !/^[A-Z_]/.test(head.name)) return comment;
  if (readsAsProse(bare.slice(head.valueAt))) return comment;
  const { lines: _, ...read } = readValue([bare], 0, head.valueAt);
  return { ...comment, assignment: { name: head.name, ...read } };
}

/** `FOO=bar to turn it on`, `FOO=bar npm start` and `A=1 B=2 node x` are sentences and commands, not assignments. */
function readsAsProse(value: string): boolean {
  const text = value.trim();
  if (/^["'`]/.test(text)) return false;
  const rest = /^[^\s#]\S*\s+(.*)$/.exec(text)?.[1] ?? "";
  return /^(?:[a-z]|[A-Za-z_]\w*=)/.test(rest) || /^(?:and|or|&&|\|\||;|->|→)/.test(rest);
}
