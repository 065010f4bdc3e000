/** What was wrong with a value; it was read as well as it can be all the same. */
export type ValueFault = "unterminated-quote" | "text-after-quote" | "control-character";

export interface ReadValue {
  readonly value: string;
  readonly template: string;
  readonly comment: string;
  /** offset in the line where the comment, or the fault, begins */
  readonly commentAt: number;
  readonly faultAt: number;
  readonly fault?: ValueFault;
  /** how many lines the value took */
  readonly lines: number;
}

/**
 * The value that begins at offset `at` of line `index`: bare, `'…'` and backticks as they stand, `"…"` with `\n`, `\r`,
 * `\t` and escaped characters. A quoted value may span lines.
 */
export function readValue(source: readonly string[], index: number, at: number): ReadValue {
  const line = source[index] ?? "";
  const start = at + (line.slice(at).length - line.slice(at).trimStart().length);
  const quote = line[start];
  const read =
    quote === '"' || quote === "'" || quote === "`" ? quoted(source, index, start, quote) : bare(line, at, start);
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (read.fault === undefined && /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(read.value)) {
    return { ...read, fault: "control-character", faultAt: start };
  }
  return read;
}

/** A `#` begins a comment behind white space only, so `VITE_COLOUR=#ff0044` keeps its value. */
function bare(line: string, at: number, start: number): ReadValue {
  const hash = line.slice(at).search(/\s#/);
  const end = hash === -1 ? line.length : at + hash;
  const value = line.slice(Math.min(start, end), end).trimEnd();
  const comment = hash === -1 ? { text: "", at: start } : commentFrom(line, end);
  return { value, template: value, comment: comment.text, commentAt: comment.at, faultAt: start, lines: 1 };
}

function quoted(source: readonly string[], index: number, start: number, quote: string): ReadValue {
  const close = findClose(source, index, start + 1, quote);
  const rest = close === undefined ? "" : (source[close.line]?.slice(close.at + 1) ?? "");
  const clean = /^\s*(?:#.*)?$/.test(rest);
  // text behind a quote that closed on a later line: the quote was left open, and swallowed what follows
  if (close === undefined || (!clean && close.line > index)) return unterminated(source[index] ?? "", start);
  const raw = between(source, index, start + 1, close);
  const comment = commentFrom(source[close.line] ?? "", close.at + 1);
  return {
    ...decode(raw, quote),
    comment: clean ? comment.text : "",
    commentAt: comment.at,
    faultAt: close.at + 1 + (rest.length - rest.trimStart().length),
    lines: close.line - index + 1,
    ...(clean ? {} : { fault: "text-after-quote" as const }),
  };
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

function unterminated(line: string, start: number): ReadValue {
  const value = line.slice(start + 1).trimEnd();
  return {
    value,
    template: value,
    comment: "",
    commentAt: start,
    faultAt: start,
    fault: "unterminated-quote",
    lines: 1,
  };
}

/** Only `"…"` has escapes; there `\$` is a dollar sign that begins no reference. Single quotes make everything literal. */
function decode(raw: string, quote: string): { readonly value: string; readonly template: string } {
  if (quote !== '"') return { value: raw, template: quote === "'" ? raw.replaceAll("${", () => "$${") : raw };
  const escapes: Readonly<Record<string, string>> = {
    n: "\n",
    r: "\r",
    t: "\t",
    '"': '"',
    "\\": "\\",
    $: "$",
    "`": "`",
  };
  const replace = (dollar: string) =>
    raw.replaceAll(/\\(\$\{|.)/gs, (whole, char: string) => (char === "${" ? dollar : (escapes[char] ?? whole)));
  return { value: replace("${"), template: replace("$${") };
}

function commentFrom(line: string, at: number): { readonly text: string; readonly at: number } {
  const lead = /^\s*#+\s*/.exec(line.slice(at))?.[0].length;
  return lead === undefined ? { text: "", at } : { text: line.slice(at + lead).trim(), at: at + lead };
}
