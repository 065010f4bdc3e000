import { breakLength, isLineEnd, lineEndLength } from "./breaks.ts";
import { blockHash, wordHash } from "./block.ts";
import { beginningAt, compareAt } from "./compare.ts";
import { beginsAt, patternAt, window, type Tables } from "./table.ts";

/** A place where a pattern stands; see `Comparison` for `from`. */
export interface Hit {
  readonly start: number;
  readonly from: number;
  readonly end: number;
  /** index in the list that the tables were built from */
  readonly pattern: number;
}

/** The longest pattern at each place where one begins, from left to right, line ends and escapes left out. */
export function findHits(tables: Tables, given: Uint8Array): readonly Hit[] {
  if (tables.longest === 0) return [];
  // one class of arrays, whatever came: the loop below is compiled for it
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const hits = new Map<number, Hit>();
  slide({ tables, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), hits });
  return [...hits.values()].toSorted((a, b) => a.start - b.start);
}

interface Sliding {
  readonly tables: Tables;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly hits: Map<number, Hit>;
}

/**
 * The window goes on by what the block at its end allows. No step is longer than the window, so that each line end and escape
 * comes to lie in one; what begins before it and reaches over it is looked for there. Written out for speed.
 */
function slide(sliding: Sliding): void {
  const { tables, bytes, view } = sliding;
  const { shift, bits, head } = tables;
  let end = window - 1;
  while (end < bytes.length) {
    const high = view.getInt32(end - 3, true);
    const low = view.getInt32(end - 7, true);
    if (((controls(high) | controls(low)) & 0x80808080) !== 0) {
      const next = acrossBreak(sliding, end);
      if (next > end) {
        end = next;
        continue;
      }
    }
    const step = shift[blockHash(high >>> 8, bits)] ?? 1;
    if (step !== 0) end += step;
    else {
      if ((head[wordHash(low)] ?? -1) >= 0) compareAll(sliding, end - window + 1, wordHash(low));
      end += 1;
    }
  }
}

/** A bit set where one of four bytes is LF, CR or ESC; a byte above one that is may be told as well. */
function controls(word: number): number {
  return zeros(word ^ 0x0a0a0a0a) | zeros(word ^ 0x0d0d0d0d) | zeros(word ^ 0x1b1b1b1b);
}

function zeros(word: number): number {
  return (word - 0x01010101) & ~word;
}

/** Looks across the first break of the window, and gives the end of the next window; the same end where there is no break. */
function acrossBreak(sliding: Sliding, end: number): number {
  const { bytes } = sliding;
  for (let at = end - window + 1; at <= end; at += 1) {
    const byte = bytes[at] ?? 0;
    const length = byte < 32 ? breakLength(bytes, at) : 0;
    if (length <= 0) continue;
    compareFarBefore(sliding, at);
    if (!isLineEnd(byte)) {
      compareShortBefore(sliding, at, at + length);
      return at + window;
    }
    let next = at + lineEndLength(bytes, at);
    compareShortBefore(sliding, at, next);
    while (isLineEnd(bytes[next])) next += 1;
    return next + window - 1;
  }
  return end;
}

/** What begins four to seven bytes before a break and reaches over it. */
function compareFarBefore(sliding: Sliding, at: number): void {
  const { tables, view } = sliding;
  if (at < 4 || ((tables.around[wordHash(view.getInt32(at - 4, true))] ?? 0) & 1) === 0) return;
  for (let start = Math.max(0, at - window + 1); start <= at - 4; start += 1) {
    compareAll(sliding, start, wordHash(view.getInt32(start, true)));
  }
}

/** What begins one to three bytes before a break and goes on behind it, at `next`. */
function compareShortBefore(sliding: Sliding, at: number, next: number): void {
  const { tables, bytes, view } = sliding;
  const word = next + 4 <= bytes.length ? view.getInt32(next, true) : 0x0a0a0a0a;
  const breaks = controls(word) & 0x80808080;
  // behind a line end only an escape that is none may follow
  const mayFollow = !isLineEnd(bytes[at]) || (zeros(word ^ 0x1b1b1b1b) & 0x80808080) !== 0;
  if (breaks === 0 && ((tables.around[wordHash(word)] ?? 0) & 2) === 0) return;
  let before = 0;
  for (let count = 1; count <= Math.min(3, at); count += 1) {
    before = (before << 8) | (bytes[at - count] ?? 0);
    if ((breaks & (0x80808080 >>> (8 * count))) === 0) {
      compareAll(sliding, at - count, wordHash(before | (word << (8 * count))));
    } else if (mayFollow) compareFrom(sliding, at - count);
  }
}

/** Where more than one break stands among the first four bytes. */
function compareFrom(sliding: Sliding, start: number): void {
  const begins = beginningAt(sliding.bytes, start);
  if (begins?.length === 4) compareAll(sliding, start, wordHash(begins.word));
}

function compareAll({ tables, bytes, hits }: Sliding, start: number, slot: number): void {
  const { head, next } = tables;
  for (let index = head[slot] ?? -1; index >= 0; index = next[index] ?? -1) {
    if (!beginsAt(tables, index, bytes, start)) continue;
    const found = compareAt(bytes, start, patternAt(tables, index));
    if (found.kind !== "equal" || found.end <= (hits.get(start)?.end ?? 0)) continue;
    hits.set(start, { start, from: found.from, end: found.end, pattern: index });
  }
}
