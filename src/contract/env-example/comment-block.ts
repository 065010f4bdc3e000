import type { Finding, Position } from "#kernel";
import { isKnownDecorator, type PlacedDecorator } from "./declaration.ts";
import { readDecorators, shownDecorator } from "./decorator.ts";
import type { AssignmentLine, CommentLine, Line } from "./line.ts";

/** An assignment with what the comments directly above it, and behind it, say. */
export interface Block {
  readonly assignment: AssignmentLine;
  /** false for one that is commented out */
  readonly active: boolean;
  readonly description: string;
  readonly decorators: readonly PlacedDecorator[];
}

export interface Blocks {
  readonly blocks: readonly Block[];
  readonly findings: readonly Finding[];
}

interface Pending {
  readonly text: readonly string[];
  readonly decorators: readonly PlacedDecorator[];
}

const nothing: Pending = { text: [], decorators: [] };

/** Gives each assignment the comment lines directly above it; a blank line or a banner ends what came before. */
export function readBlocks(lines: readonly Line[], file: string): Blocks {
  const blocks: Block[] = [];
  const findings: Finding[] = [];
  let pending = nothing;
  const drop = () => {
    findings.push(...pending.decorators.filter((placed) => isKnownDecorator(placed.decorator.name)).map(lonely));
    pending = nothing;
  };
  for (const line of lines) {
    if (line.kind === "blank" || line.kind === "malformed") drop();
    else if (line.kind === "assignment") {
      blocks.push(toBlock(line, true, pending, file));
      pending = nothing;
    } else if (line.assignment !== undefined) {
      blocks.push(toBlock(line.assignment, false, pending, file));
      pending = nothing;
    } else if (isBanner(line.text)) drop();
    else pending = addComment(pending, line, file, findings);
  }
  drop();
  return { blocks, findings };
}

function toBlock(assignment: AssignmentLine, active: boolean, above: Pending, file: string): Block {
  const behind = readInline(assignment, file);
  const text = [...above.text, ...behind.text].join("\n").trim();
  return { assignment, active, description: text, decorators: [...above.decorators, ...behind.decorators] };
}

function addComment(pending: Pending, line: CommentLine, file: string, findings: Finding[]): Pending {
  if (!line.text.startsWith("@")) return { ...pending, text: [...pending.text, line.text] };
  const read = readDecorators(line.text);
  const place = (at: number): Position => ({ file, line: line.line, column: line.column + at });
  const known = read.decorators.some((decorator) => isKnownDecorator(decorator.name));
  // `@anna wrote this` is a sentence
  if (!known && read.rest !== "") return { ...pending, text: [...pending.text, line.text] };
  const decorators = read.decorators.map((decorator) => ({ decorator, position: place(decorator.at) }));
  if (read.rest !== "") {
    const message = "expected a decorator, @name or @name=value";
    findings.push({ severity: "error", code: "decorator-malformed", message, position: place(read.restAt) });
  }
  return { ...pending, decorators: [...pending.decorators, ...decorators] };
}

/** The comment behind a value: decorators, or one more line of the description. */
function readInline(assignment: AssignmentLine, file: string): Pending {
  const { comment, line, commentColumn } = assignment;
  const read = readDecorators(comment);
  if (read.decorators.length === 0 || read.rest !== "")
    return { text: comment === "" ? [] : [comment], decorators: [] };
  const decorators = read.decorators.map((decorator) => ({
    decorator,
    position: { file, line, column: commentColumn + decorator.at },
  }));
  return { text: [], decorators };
}

/** A divider, or a title inside one: `-----`, `=== Database ===`, `## Database ###`. */
function isBanner(text: string): boolean {
  if (/^[-=*#~_+\s]{3,}$/.test(text)) return true;
  const framed = text.length >= 4 && /^[-=*#~]{2}/.test(text) && /[-=*#~]{2}$/.test(text);
  return framed || /[^\s#]\s*#{2,}$/.test(text);
}

function lonely({ decorator, position }: PlacedDecorator): Finding {
  const message = `${shownDecorator(decorator)} stands above no assignment`;
  return { severity: "warning", code: "decorator-alone", message, position };
}
