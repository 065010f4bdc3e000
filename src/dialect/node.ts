import { renderLines, type Grammar } from "./grammar.ts";
import { nodeObjection, nodeQuoted } from "./quote.ts";
import { startReading, type Reading } from "./reading.ts";
import { byteText, decoded, isText, lineEnd, bytesOf } from "./text.ts";

/** Node 20 to 24: `--env-file`, `process.loadEnvFile`, `util.parseEnv`. Every carriage return is removed before it reads. */
export const node: Grammar = {
  name: "node",
  objection(plain) {
    if (plain.text.includes("\r")) return "it holds a carriage return, which Node drops";
    return nodeObjection(plain, "Node");
  },
  render: (entries) => renderLines(entries, ({ text }) => nodeQuoted(text)),
  read: (bytes) => readNodeText(byteText(bytes), (value) => value),
};

/** Vite reads with the same parser and then makes more of each value; undefined when that can't be known here. */
export function readNodeText(original: string, finish: (value: string) => string | undefined) {
  const reading = startReading(original.replaceAll("\r", ""));
  const dropped = original.indexOf("\r");
  if (dropped >= 0) reading.note("value-changed", "Node drops every carriage return of the file", dropped);
  const text = original.replaceAll("\r", "").replace(/[ \t\n]+$/, "");
  let at = skipBlank(text, 0);
  while (at < text.length) {
    at = /[\n#]/.test(text.charAt(at)) ? lineEnd(text, at) + 1 : readAssignment(text, at, reading, finish);
  }
  return reading.result();
}

function readAssignment(
  text: string,
  start: number,
  reading: Reading,
  finish: (value: string) => string | undefined,
): number {
  const end = lineEnd(text, start);
  // looked for in this line alone: a file without any would be searched to its end for every line
  const equals = start + text.slice(start, end).indexOf("=");
  if (equals < start) {
    reading.note("line-dropped", "no = in this line: Node ignores it", start);
    return skipBlank(text, end + 1);
  }
  const key = trim(text.slice(start, equals));
  // when nothing follows =, Node 24.21 keeps the word export in the name
  const bare = text.charAt(equals + 1) === "" || text.charAt(equals + 1) === "\n";
  const name = !bare && key.startsWith("export ") ? trim(key.slice("export ".length)) : key;
  if (/\s/.test(name)) reading.note("name-invalid", "a blank in a name: Node sets it as it is", start);
  if (key === "") {
    reading.note("line-dropped", "no name left of =: Node reads on right of it", start);
    return skipBlank(text, equals + 1);
  }
  const { value, next } = readValue(text, equals + 1);
  if (!isText(bytesOf(value))) reading.note("value-changed", "not UTF-8: Node replaces the broken bytes", start);
  const finished = finish(decoded(value));
  if (finished === undefined) reading.unknown(decoded(name), "depends on another variable", start);
  else reading.set(decoded(name), finished, start);
  return next;
}

/** A blank right of `=` lets the value begin on a later line: that is how Node reads it. */
function readValue(text: string, afterEquals: number): { readonly value: string; readonly next: number } {
  if (text.charAt(afterEquals) === "\n") return { value: "", next: afterEquals + 1 };
  const start = skipBlank(text, afterEquals);
  const quote = text.charAt(start);
  const close = quote !== "" && "'\"`".includes(quote) ? text.indexOf(quote, start + 1) : -1;
  if (close >= 0) {
    const inside = text.slice(start + 1, close);
    return { value: quote === '"' ? inside.replaceAll("\\n", "\n") : inside, next: lineEnd(text, close) + 1 };
  }
  const line = text.slice(start, lineEnd(text, start));
  const bare = quote !== "" && "'\"`".includes(quote) ? line : trim(line.split("#", 1)[0] ?? "");
  // only after an unquoted value are blanks skipped: behind a quoted one, an indented comment with a = is a variable
  return { value: bare, next: skipBlank(text, lineEnd(text, start) + 1) };
}

function skipBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\n".includes(text.charAt(at))) at += 1;
  return at;
}

function trim(text: string): string {
  return text.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
}
