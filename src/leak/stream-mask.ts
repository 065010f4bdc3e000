import { buildMatcher, type Matcher } from "./matcher.ts";
import type { Secret } from "./pattern.ts";
import { piecesOf, type Piece } from "./pieces.ts";

/** Masks one stream. What comes out does not depend on how the bytes were cut into writes. */
export interface Mask {
  /** What may be shown by now. Bytes that may still begin a value wait for the next write, never for a timer. */
  write(chunk: Uint8Array): Uint8Array;
  /** The rest. The mask can't be used afterwards. */
  end(): Uint8Array;
}

export function createMask(secrets: readonly Secret[]): Mask {
  return maskWith(buildMatcher(secrets));
}

export interface MaskOptions {
  /**
   * So many bytes have to look like a value's beginning before they are held back; 1 otherwise. Where somebody types, a few
   * letters more: nearly every letter begins some form of some value. Fewer of a value are shown when a write ends there.
   */
  readonly heldFrom?: 1 | 4;
}

/**
 * For several streams over the same values. A value becomes `[NAME]`; values that overlap become one `[NAME]`, that of
 * the leftmost, and nothing of either is left.
 */
export function maskWith(matcher: Matcher, { heldFrom = 1 }: MaskOptions = {}): Mask {
  const pieces = piecesOf(matcher, { heldFrom });
  // how many of the next bytes belong to a value whose `[NAME]` is out already
  let covered = 0;

  const show = (piece: Piece): Uint8Array => {
    const { output, end } = replace(piece, piece.from + covered);
    covered = Math.max(0, end - piece.until);
    return output;
  };
  return { write: (chunk) => show(pieces.write(chunk)), end: () => show(pieces.end()) };
}

/** A value whose first bytes were shown is masked from there. */
function replace(
  { bytes, from, until, matches }: Piece,
  covered: number,
): { readonly output: Uint8Array; readonly end: number } {
  const parts: Uint8Array[] = [];
  let end = covered;
  for (const match of matches) {
    if (match.end <= from) continue;
    const place = Math.max(from, match.from);
    if (place >= end) parts.push(bytes.subarray(end, place), Buffer.from(`[${match.form.owners[0]?.name ?? ""}]`));
    end = Math.max(end, match.end);
  }
  if (end < until) parts.push(bytes.subarray(end, until));
  const [first] = parts;
  return { output: parts.length === 1 && first !== undefined ? first : Buffer.concat(parts), end };
}
