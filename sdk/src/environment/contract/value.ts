export interface ReadValue {
  readonly value: string;
  readonly template: string;
  readonly comment: string;
  /** how many lines the value took */
  readonly lines: number;
}

/**
 * The value that begins at offset `at` of line `index`: bare, `'…'` and backticks as they stand, `"…"` with `\n`, `\r`,
 * `\t` and escaped characters. A quoted value may span lines.
 */
export function readValue(source: readonly string[], index: number, at: number): ReadValue {
  const line = source[index] ?? "";
  const start = line.length - line.slice(at).trimStart().length;
  const quote = line[start];
  const isQuoted = quote === '"' || quote === "'" || quote === "`";
  return isQuoted ? quoted(source, index, start, quote) : bare(line, at, start);
}

/** A `#` begins a comment behind white space only, so `VITE_COLOUR=#ff0044` keeps its value. */
function bare(line: string, at: number, start: number): ReadValue {
  const hash = line.slice(at).search(/\s#/);
  const end = hash === -1 ? line.length : at + hash;
  const value = line.slice(Math.min(start, end), end).trimEnd();
  return { value, template: value, comment: hash === -1 ? "" : commentOf(line.slice(end)), lines: 1 };
}

function quoted(source: readonly string[], index: number, start: number, quote: string): ReadValue {
  const close = findClose(source, index, start + 1, quote);
  const rest = close === undefined ? "" : (source[close.line]?.slice(close.at + 1) ?? "");
  const clean = /^\s*(?:#.*)?$/.test(rest);
  // text behind a quote that closed on a later line: the quote was left open, and swallowed what follows
  if (close === undefined || (!clean && close.line > index)) {
    const value = (source[index] ?? "").slice(start + 1).trimEnd();
    return { value, template: value, comment: "", lines: 1 };
  }
  const raw = between(source, index, start + 1, close);
  return { ...decode(raw, quote), comment: clean ? commentOf(rest) : "", lines: close.line - index + 1 };
}

interface Close {
  readonly line: number;
  readonly at: number;
}

function findClose(source: readonly string[], index: number, from: number, quote: string): Close | undefined {
  for (let line = index; line < source.length; line++) {
    const text = source[line] ?? "";
    for (let at = line === index ? from : 0; at < text.length; at++) {
      if (quote === '"' && text[at] === "\\") at++;
      else if (text[at] === quote) return { line, at };
    }
  }
  return undefined;
}

function between(source: readonly string[], index: number, from: number, close: Close): string {
  if (close.line === index) return (source[index] ?? "").slice(from, close.at);
  const inner = source.slice(index + 1, close.line);
  return [(source[index] ?? "").slice(from), ...inner, (source[close.line] ?? "").slice(0, close.at)].join("\n");
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$", "`": "`" };

/** Only `"…"` has escapes; there `\$` is a dollar sign that begins no reference. Single quotes make everything literal. */
function decode(raw: string, quote: string): { readonly value: string; readonly template: string } {
  if (quote !== '"') return { value: raw, template: quote === "'" ? raw.replaceAll("${", () => "$${") : raw };
  const replace = (dollar: string) =>
    raw.replaceAll(/\\(\$\{|.)/gs, (whole, char: string) => (char === "${" ? dollar : (escapes[char] ?? whole)));
  return { value: replace("${"), template: replace("$${") };
}

function commentOf(text: string): string {
  const lead = /^\s*#+\s*/.exec(text)?.[0].length;
  return lead === undefined ? "" : text.slice(lead).trim();
}
