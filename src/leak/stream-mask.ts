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

/**
 * For several streams over the same values. A value becomes `[NAME]`; values that overlap become one `[NAME]`, that of
 * the leftmost, and nothing of either is left.
 */
export function maskWith(matcher: Matcher): Mask {
  const pieces = piecesOf(matcher);
  // how many of the next bytes belong to a value whose `[NAME]` is out already
  let covered = 0;

  const show = (piece: Piece): Uint8Array => {
    const { output, end } = replace(piece, piece.from + covered);
    covered = Math.max(0, end - piece.until);
    return output;
  };
  return { write: (chunk) => show(pieces.write(chunk)), end: () => show(pieces.end()) };
}

function replace({ bytes, from, until, matches }: Piece, covered: number): { output: Uint8Array; end: number } {
  const parts: Uint8Array[] = [];
  let end = covered;
  for (const match of matches) {
    if (match.from < from) continue;
    if (match.from >= end)
      parts.push(bytes.subarray(end, match.from), Buffer.from(`[${match.form.owners[0]?.name ?? ""}]`));
    end = Math.max(end, match.end);
  }
  if (end < until) parts.push(bytes.subarray(end, until));
  const [first] = parts;
  return { output: parts.length === 1 && first !== undefined ? first : Buffer.concat(parts), end };
}
