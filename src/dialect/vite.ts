import { renderLines, type Grammar } from "./grammar.ts";
import { readNodeText } from "./node.ts";
import { nodeObjection, nodeQuoted } from "./quote.ts";
import { byteText } from "./text.ts";

/**
 * Vite 8 `loadEnv`: Node's parser, then `$NAME` and `${NAME}` are replaced, inside every kind of quote; `\$` is a `$`. So a
 * value that holds `\$` itself can't be written.
 */
export const vite: Grammar = {
  name: "vite",
  objection(plain) {
    if (plain.text.includes("\r")) return "it holds a carriage return, which Vite drops";
    if (plain.text.includes("\\$")) return "it holds \\$, which Vite reads as a plain $";
    return nodeObjection(plain, "Vite");
  },
  render: (entries) => renderLines(entries, ({ text }) => nodeQuoted(text.replaceAll("$", "\\$"))),
  read: (bytes) => readNodeText(byteText(bytes), expanded),
};

/** What a reference becomes depends on the environment that Vite runs in, so such a value is reported, not guessed. */
function expanded(value: string): string | undefined {
  if (/(?<!\\)\$(?:\{[^{}]+\}|[A-Za-z_])/.test(value)) return undefined;
  return value.replaceAll("\\$", "$");
}
