import { isUtf8 } from "node:buffer";

/**
 * The variables of an environment file as systemd reads it (`EnvironmentFile=`, systemd 252): a name that is repeated has
 * its last value, and a line that is no assignment is passed over. Undefined where systemd would refuse the whole file.
 */
export function readEnvironmentFile(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  // one character per byte: all that means something in this grammar is ASCII
  const text = Buffer.from(bytes).toString("latin1");
  if (text.includes("\0")) return undefined;
  const variables = new Map<string, string>();
  for (let at = skip(text, 0); at < text.length; at = skip(text, at)) {
    const { name, value, end } = readAssignment(text, at);
    at = end;
    if (value === undefined) continue;
    const [known, read] = [decode(name), decode(value)];
    if (known === undefined || read === undefined) return undefined;
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(known)) variables.set(known, read);
  }
  return variables;
}

/** Blanks and comments. A backslash takes the character behind it into the comment, a line's end as well. */
function skip(text: string, at: number): number {
  return at + (/^(?:[ \t\r\n]|[#;](?:\\[^]?|[^\\\r\n])*)*/.exec(text.slice(at))?.[0].length ?? 0);
}

interface Assignment {
  readonly name: string;
  /** undefined when there is no `=` in the line */
  readonly value?: string;
  readonly end: number;
}

function readAssignment(text: string, start: number): Assignment {
  const name = /^[^=\r\n]*/.exec(text.slice(start))?.[0] ?? "";
  const behind = start + name.length;
  if (text[behind] !== "=") return { name, end: behind };
  const quoted = readQuoted(text, behind + 1);
  const bare = readBare(text, quoted.end);
  // blanks behind a quote don't count, those before a bare text that follows do not either
  return { name: name.replace(/[ \t]+$/, ""), value: quoted.value + bare.value, end: bare.end };
}

/** Quoted pieces, one behind the other. One that is never closed takes the rest of the file. */
function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let [value, at] = ["", start];
  for (;;) {
    const piece = /^[ \t]*(?:'([^']*)(?:'|$)|"((?:\\[^]|[^"\\])*)(?:"|\\?$))/.exec(text.slice(at));
    if (piece === null) return { value, end: at };
    value += piece[1] ?? unescape(piece[2] ?? "");
    at += piece[0].length;
  }
}

function unescape(text: string): string {
  return text.replaceAll(/\\([^])/g, (pair, char: string) => (char === "\n" ? "" : /["\\`$]/.test(char) ? char : pair));
}

/** To the line's end. A backslash takes the next character as it is, or a line's end away. */
function readBare(text: string, start: number): { readonly value: string; readonly end: number } {
  const raw = /^(?:\\[^]?|[^\\\r\n])*/.exec(text.slice(start))?.[0] ?? "";
  const trimmed = /^[ \t]*((?:[ \t]*(?:\\[^]?|[^\\ \t]))*)/.exec(raw)?.[1] ?? "";
  const value = trimmed.replaceAll(/\\([^]?)/g, (_, char: string) => (char === "\n" || char === "\r" ? "" : char));
  return { value, end: start + raw.length };
}

/** What systemd takes for text: UTF-8 without noncharacters. */
function decode(latin1: string): string | undefined {
  const bytes = Buffer.from(latin1, "latin1");
  const text = bytes.toString("utf8");
  return isUtf8(bytes) && !/\p{Noncharacter_Code_Point}/u.test(text) ? text : undefined;
}
