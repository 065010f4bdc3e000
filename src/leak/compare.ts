import { breakLength, isLineEnd, lineEndLength } from "./breaks.ts";

/**
 * A value at a place of a text. `from` is where it is masked from: a value that a line end cuts behind its first one to
 * three bytes is masked from the next line on. Nearly every line ends like some value begins, and a stream's mask would
 * hold each line until the next one is written.
 */
export type Comparison =
  | { readonly kind: "equal"; readonly end: number; readonly from: number }
  /** the text ends within it */
  | { readonly kind: "open"; readonly from: number }
  | { readonly kind: "different" };

/** so many bytes of a value stand before a line end that it is held back for */
const beforeLineEnd = 4;

const different = { kind: "different" } as const;

/**
 * Of line ends and escapes, in bytes: where more stand between two bytes of a value it is none. Or a text of escapes alone would be
 * read to its end from each place of it.
 */
const longestRun = 256;

/** Whether the pattern stands at `start`, line ends and escapes in between left out. */
export function compareAt(bytes: Uint8Array, start: number, pattern: Uint8Array): Comparison {
  let at = start;
  let from = start;
  let escaped = false;
  let run = 0;
  for (let index = 0; index < pattern.length;) {
    if (at >= bytes.length) return { kind: "open", from };
    const byte = bytes[at];
    const skip = byte !== undefined && byte < 32 && index > 0 ? breakLength(bytes, at) : 0;
    if (skip < 0) return { kind: "open", from };
    run = skip === 0 ? 0 : run + skip;
    if (run > longestRun) return different;
    if (skip === 0) {
      if (byte !== pattern[index]) return different;
      index += 1;
      at += 1;
    } else if (index >= beforeLineEnd) at += skip;
    else if (isLineEnd(byte)) {
      // one line end, and nothing else
      if (from !== start || escaped) return different;
      at += lineEndLength(bytes, at);
      from = at;
    } else {
      if (from !== start) return different;
      escaped = true;
      at += skip;
    }
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
    run = skip === 0 ? 0 : run + skip;
    if (run > longestRun) return undefined;
    if (skip > 0) at += skip - 1;
    else word |= (bytes[at] ?? 0) << (8 * length++);
  }
  return { length, word };
}
