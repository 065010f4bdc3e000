import widthOf from "fast-string-width";
import type { DrawnLine } from "../live-area.ts";

const escape = "\u001b";
const reset = `${escape}[0m`;
const colour = new RegExp(`(${escape}\\[[\\d;]*m)`);

/** Cut at the right so that it takes this many columns at most; colours and wide characters are counted as shown. */
export function fit(text: string, columns: number): DrawnLine {
  const width = widthOf(text);
  if (width <= columns) return { text, width };
  let [kept, used] = ["", 0];
  for (const piece of piecesOf(text)) {
    const own = widthOf(piece);
    if (used + own > columns - 1) break;
    kept += piece;
    used += own;
  }
  return { text: `${kept}…${text.includes(escape) ? reset : ""}`, width: used + 1 };
}

/** Cells of one column, padded to the widest. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** What can't be cut: a colour, or what is read as one character. */
function piecesOf(text: string): readonly string[] {
  const graphemes = new Intl.Segmenter();
  return text
    .split(colour)
    .flatMap((part) => (part.startsWith(escape) ? [part] : [...graphemes.segment(part)].map(({ segment }) => segment)));
}
