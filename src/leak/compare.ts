import { breakLength, isLineEnd, lineEndLength } from "./breaks.ts";

/**
 * A value at a place of a text. `from` is where it is masked from: a value that a line end cuts behind its first one to
 * three bytes is masked from the next line on. Nearly every line ends like some value begins, and a stream's mask would
 * hold each line until the next one is written.
 */
export type Comparison =
  | { readonly kind: "equal"; readonly end: number; readonly from: number }
  /** the text ends within it, behind so many of its bytes */
  | { readonly kind: "open"; readonly from: number; readonly length: number }
  | { readonly kind: "different" };

/** so many bytes of a value stand before a line end that it is held back for */
const beforeLineEnd = 4;

const different = { kind: "different" } as const;

/**
 * Of line ends and escapes, in bytes: where more stand between two bytes of a value, or among its first four, it is none. Or a text of
 * escapes alone would be read to its end from each place of it.
 */
export const longestRun = 256;

/** Whether the pattern stands at `start`, line ends and escapes in between left out; before its fourth byte one line end at most. */
export function compareAt(bytes: Uint8Array, start: number, pattern: Uint8Array): Comparison {
  let at = start;
  let from = start;
  let run = 0;
  for (let index = 0; index < pattern.length;) {
    if (at >= bytes.length) return { kind: "open", from, length: index };
    const byte = bytes[at];
    const skip = byte !== undefined && byte < 32 && index > 0 ? breakLength(bytes, at) : 0;
    if (skip < 0) return { kind: "open", from, length: index };
    if (skip === 0) {
      if (byte !== pattern[index]) return different;
      index += 1;
      at += 1;
      if (index >= beforeLineEnd) run = 0;
    } else if (index >= beforeLineEnd || !isLineEnd(byte)) {
      at += skip;
      run += skip;
    } else {
      if (from !== start) return different;
      const length = lineEndLength(bytes, at);
      at += length;
      run += length;
      from = at;
    }
    if (run > longestRun) return different;
  }
  return { kind: "equal", end: at, from };
}

/** The first four bytes that would be compared, or as many as there are; undefined where no value can begin. */
export function beginningAt(
  bytes: Uint8Array,
  start: number,
): { readonly length: number; readonly word: number } | undefined {
  let word = 0;
  let length = 0;
  let run = 0;
  for (let at = start; at < bytes.length && length < 4; at += 1) {
    const skip = at === start ? 0 : breakLength(bytes, at);
    if (skip < 0) break;
    run += skip;
    if (run > longestRun) return undefined;
    if (skip > 0) at += skip - 1;
    else word |= (bytes[at] ?? 0) << (8 * length++);
  }
  return { length, word };
}
