import { looksLikeValue } from "#kernel";

/** One `@name`, `@name=value` or `@name(args)` of a comment line. */
export interface Decorator {
  readonly name: string;
  readonly value?: DecoratorValue;
  /** offset in the text that was read */
  readonly at: number;
}

/** `text` is the value as written, unquoted; `call` has arguments as well. */
export type DecoratorValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Argument[] };

export interface Argument {
  readonly name?: string;
  readonly text: string;
}

export interface DecoratorLine {
  readonly decorators: readonly Decorator[];
  /** what could not be read, and where it begins; empty when all was */
  readonly rest: string;
  readonly restAt: number;
}

/** Reads `@a @b=x @c=f(k=v, "w")`, up to the first thing that is no decorator. A `#` ends the line. */
export function readDecorators(text: string): DecoratorLine {
  const decorators: Decorator[] = [];
  let at = skipSpace(text, 0);
  while (text[at] === "@") {
    const read = readDecorator(text, at);
    if (read === undefined) break;
    decorators.push(read.decorator);
    at = skipSpace(text, read.end);
  }
  const rest = text.slice(at);
  return { decorators, rest: rest.startsWith("#") ? "" : rest, restAt: at };
}

/** The value as one text, however it was written; `undefined` for a bare `@name`. */
export function decoratorText(decorator: Decorator): string | undefined {
  const { value } = decorator;
  if (value === undefined) return undefined;
  if (value.kind === "text") return value.text;
  const args = value.args.map((arg) => (arg.name === undefined ? arg.text : `${arg.name}=${arg.text}`)).join(", ");
  return value.name === "" ? args : `${value.name}(${args})`;
}

/** An unknown one may be a value that someone pasted behind an `@`: then it is not repeated. */
export function shownDecorator({ name }: Decorator): string {
  return looksLikeValue(name) ? "@ (not shown)" : `@${name}`;
}

interface Read<T> {
  readonly value: T;
  readonly end: number;
}

function readDecorator(text: string, at: number): { readonly decorator: Decorator; readonly end: number } | undefined {
  const name = /^@([A-Za-z][A-Za-z0-9_-]*)/.exec(text.slice(at))?.[1];
  if (name === undefined) return undefined;
  const behind = at + 1 + name.length;
  if (text[behind] === "(") {
    const args = readArguments(text, behind);
    if (args === undefined) return undefined;
    return { decorator: { name, at, value: { kind: "call", name: "", args: args.value } }, end: args.end };
  }
  if (text[behind] !== "=") return { decorator: { name, at }, end: behind };
  const value = readDecoratorValue(text, behind + 1);
  return value === undefined ? undefined : { decorator: { name, at, value: value.value }, end: value.end };
}

function readDecoratorValue(text: string, at: number): Read<DecoratorValue> | undefined {
  const quoted = readQuoted(text, at);
  if (quoted !== undefined) return { value: { kind: "text", text: quoted.value }, end: quoted.end };
  const name = /^[A-Za-z][A-Za-z0-9_-]*(?=\()/.exec(text.slice(at))?.[0];
  if (name !== undefined) {
    const args = readArguments(text, at + name.length);
    if (args === undefined) return undefined;
    return { value: { kind: "call", name, args: args.value }, end: args.end };
  }
  const word = /^\S*/.exec(text.slice(at))?.[0] ?? "";
  return { value: { kind: "text", text: word }, end: at + word.length };
}

/** From the opening bracket. Undefined when it is never closed. */
function readArguments(text: string, open: number): Read<readonly Argument[]> | undefined {
  const args: Argument[] = [];
  let at = skipSpace(text, open + 1);
  while (at < text.length && text[at] !== ")") {
    const name = /^([A-Za-z_][A-Za-z0-9_-]*)=/.exec(text.slice(at))?.[1];
    const from = name === undefined ? at : at + name.length + 1;
    const read = readQuoted(text, from) ?? readBareArgument(text, from);
    args.push(name === undefined ? { text: read.value } : { name, text: read.value });
    at = skipSpace(text, read.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== ")") return undefined;
  }
  return at < text.length ? { value: args, end: at + 1 } : undefined;
}

/** Up to `,` or `)`; brackets inside are balanced, so that a pattern may hold some. */
function readBareArgument(text: string, from: number): Read<string> {
  let depth = 0;
  let at = from;
  for (; at < text.length; at++) {
    if (depth === 0 && (text[at] === "," || text[at] === ")")) break;
    if (text[at] === "(") depth++;
    if (text[at] === ")") depth--;
  }
  return { value: text.slice(from, at).trim(), end: at };
}

function readQuoted(text: string, at: number): Read<string> | undefined {
  const quote = text[at];
  if (quote !== '"' && quote !== "'" && quote !== "`") return undefined;
  let value = "";
  for (let index = at + 1; index < text.length; index++) {
    const char = text[index] ?? "";
    if (char === quote) return { value, end: index + 1 };
    // only the quote is escaped: a pattern keeps its backslashes
    if (char === "\\" && text[index + 1] === quote) value += text[++index] ?? "";
    else value += char;
  }
  return undefined;
}

function skipSpace(text: string, at: number): number {
  return at + (text.slice(at).length - text.slice(at).trimStart().length);
}
