import type { Anchor } from "./credential.ts";
import { longestRun } from "./compare.ts";
import type { Match, Matcher } from "./matcher.ts";

/** Bytes of a stream about which all is known. They are `bytes` from `from` up to `until`. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly until: number;
  /** where `bytes` begins in the stream */
  readonly offset: number;
  /** the next piece begins with this byte again */
  readonly kept: number;
  /** those that are masked from a place before `until`, by that place; one that begins before `from` may have been told */
  readonly matches: readonly Match[];
  /** in all of the bytes: some were told with the piece before */
  readonly anchors: readonly Anchor[];
}

/** Cuts a stream into pieces. What is told of it does not depend on how its bytes were cut into writes. */
export interface Pieces {
  /** Bytes that may still begin a value wait for the next write. */
  write(chunk: Uint8Array): Piece;
  /** the rest */
  end(): Piece;
}

export interface PiecesOptions {
  /** so many bytes have to look like a value's beginning before they are held back, without escapes among them */
  readonly heldFrom?: number;
  /** so many bytes at the end of a piece stand at the beginning of the next one again */
  readonly keep?: number;
  /** a piece is let go of before the next one is asked for: its bytes are overwritten */
  readonly passing?: boolean;
}

/** a value's first three bytes with what stands among them: with them a value is known that goes on in the next line */
export const lookBehind = 3 + longestRun;

export function piecesOf(
  matcher: Matcher,
  { heldFrom = 1, keep = lookBehind, passing = false }: PiecesOptions = {},
): Pieces {
  const join = passing ? joinInPlace() : joinAnew;
  let kept: Uint8Array = Buffer.alloc(0);
  let from = 0;
  let offset = 0;
  const cut = (bytes: Uint8Array, until: number): Piece => {
    const { matches: found, anchors } = matcher.look(bytes);
    const matches = found.filter((match) => match.from < until);
    const start = Math.max(0, until - keep);
    const inOrder = matches.toSorted((a, b) => a.from - b.from);
    const piece = { bytes, from, until, offset, kept: start, matches: inOrder, anchors };
    kept = Buffer.from(bytes.subarray(start));
    from = until - start;
    offset += start;
    return piece;
  };
  return {
    write: (chunk) => {
      const bytes = kept.byteLength === 0 ? chunk : join(kept, chunk);
      return cut(bytes, Math.max(from, matcher.pendingFrom(bytes, heldFrom)));
    },
    end: () => cut(kept, kept.byteLength),
  };
}

function joinAnew(kept: Uint8Array, chunk: Uint8Array): Uint8Array {
  return Buffer.concat([kept, chunk]);
}

/** by so much what is kept differs from chunk to chunk, mostly */
const spare = 4096;

/** Fresh memory for each chunk takes longer than the search in it. */
function joinInPlace(): typeof joinAnew {
  let room = Buffer.alloc(0);
  return (kept, chunk) => {
    const length = kept.byteLength + chunk.byteLength;
    if (room.byteLength < length) room = Buffer.alloc(length + spare);
    room.set(kept);
    room.set(chunk, kept.byteLength);
    return room.subarray(0, length);
  };
}
