/** One `@name`, `@name=value` or `@name(args)` of a comment line. */
export interface Decorator {
  readonly name: string;
  readonly value?: DecoratorValue;
}

/** `text` is the value as written, unquoted; `call` has arguments as well. */
export type DecoratorValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Argument[] };

export interface Argument {
  readonly name?: string;
  readonly text: string;
}

/** Reads `@a @b=x @c=f(k=v, "w")`, up to the first thing that is no decorator. A `#` ends the line. */
export function readDecorators(text: string): { readonly decorators: readonly Decorator[]; readonly whole: boolean } {
  const decorators: Decorator[] = [];
  let at = skipSpace(text, 0);
  while (text[at] === "@") {
    const read = readDecorator(text, at);
    if (read === undefined) break;
    decorators.push(read.value);
    at = skipSpace(text, read.end);
  }
  return { decorators, whole: at === text.length || text[at] === "#" };
}

/** What a decorator that is on or off says; undefined when it is neither. */
export function readFlag({ value }: Decorator): boolean | undefined {
  if (value === undefined) return true;
  const text = value.kind === "text" ? value.text : argumentAlone(value);
  return text === "true" ? true : text === "false" ? false : undefined;
}

function argumentAlone({ name, args }: Extract<DecoratorValue, { readonly kind: "call" }>): string | undefined {
  const [first, ...more] = args;
  return name === "" && first?.name === undefined && more.length === 0 ? first?.text : undefined;
}

interface Read<T> {
  readonly value: T;
  readonly end: number;
}

function readDecorator(text: string, at: number): Read<Decorator> | undefined {
  const name = /^@([A-Za-z][A-Za-z0-9_-]*)/.exec(text.slice(at))?.[1];
  if (name === undefined) return undefined;
  const behind = at + 1 + name.length;
  if (text[behind] !== "=" && text[behind] !== "(") return { value: { name }, end: behind };
  const read = text[behind] === "(" ? readCall(text, "", behind) : readDecoratorValue(text, behind + 1);
  return read === undefined ? undefined : { value: { name, value: read.value }, end: read.end };
}

function readDecoratorValue(text: string, at: number): Read<DecoratorValue> | undefined {
  const quoted = readQuoted(text, at);
  if (quoted !== undefined) return { value: { kind: "text", text: quoted.value }, end: quoted.end };
  const name = /^[A-Za-z][A-Za-z0-9_-]*(?=\()/.exec(text.slice(at))?.[0];
  if (name !== undefined) return readCall(text, name, at + name.length);
  const word = /^\S*/.exec(text.slice(at))?.[0] ?? "";
  return { value: { kind: "text", text: word }, end: at + word.length };
}

/** From the opening bracket. Undefined when it is never closed. */
function readCall(text: string, name: string, open: number): Read<DecoratorValue> | undefined {
  const args: Argument[] = [];
  let at = skipSpace(text, open + 1);
  while (at < text.length && text[at] !== ")") {
    const key = /^([A-Za-z_][A-Za-z0-9_-]*)=/.exec(text.slice(at))?.[1];
    const from = key === undefined ? at : at + key.length + 1;
    const read = readQuoted(text, from) ?? readBareArgument(text, from);
    args.push(key === undefined ? { text: read.value } : { name: key, text: read.value });
    at = skipSpace(text, read.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== ")") return undefined;
  }
  return at < text.length ? { value: { kind: "call", name, args }, end: at + 1 } : undefined;
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
  return text.length - text.slice(at).trimStart().length;
}
