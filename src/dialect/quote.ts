import { isSimple, isText } from "./text.ts";
import type { Plain } from "./grammar.ts";

/**
 * The quoting that Node brought into the world: no escapes, so the value is wrapped in a quote that it lacks. Inside `"`
 * the two characters `\n` are a line feed, so `"` is the last choice, and none for a value that holds them.
 */
export function nodeQuoted(text: string): string {
  if (isSimple(text)) return text;
  const quote = ["'", "`", '"'].find((candidate) => !text.includes(candidate)) ?? "'";
  return `${quote}${text}${quote}`;
}

/** Why no quote of that kind can hold the value. */
export function nodeObjection({ bytes, text }: Plain, consumer: string): string | undefined {
  if (!isText(bytes)) return `it is not UTF-8, and ${consumer} would change it`;
  if (!text.includes("'") || !text.includes("`")) return undefined;
  if (text.includes('"')) return "it holds all three quotes, and one must be left to wrap it";
  if (text.includes("\\n")) return "it holds ', ` and \\n, which a line feed would replace inside the quote left";
  return undefined;
}
