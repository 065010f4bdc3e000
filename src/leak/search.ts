import { breakLength, isLineEnd, lineEndLength } from "./breaks.ts";
import { blockHash, markHash, wordHash } from "./block.ts";
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
 * comes to lie in one; what begins before it and reaches over it is looked for there. Two windows go through one half each, and
 * take turns: while one waits for memory, the other works. Written out for speed.
 */
function slide(sliding: Sliding): void {
  const { tables, bytes, view } = sliding;
  const { shift, bits, around } = tables;
  const half = Math.max(window - 1, bytes.length >>> 1);
  let end = window - 1;
  let far = half;
  while (end < half && far < bytes.length) {
    const high = view.getInt32(end - 3, true);
    const low = view.getInt32(end - 7, true);
    const farHigh = view.getInt32(far - 3, true);
    const farLow = view.getInt32(far - 7, true);
    const step = shift[blockHash(high >>> 8, bits)] ?? 1;
    const farStep = shift[blockHash(farHigh >>> 8, bits)] ?? 1;
    if (((controls(high) | controls(low)) & 0x80808080) !== 0) end = acrossBreak(sliding, end, step);
    else if (step !== 0) end += step;
    else {
      if (((around[markHash(low)] ?? 0) & 1) !== 0) compareAll(sliding, end - window + 1, wordHash(low));
      end += 1;
    }
    if (((controls(farHigh) | controls(farLow)) & 0x80808080) !== 0) far = acrossBreak(sliding, far, farStep);
    else if (farStep !== 0) far += farStep;
    else {
      if (((around[markHash(farLow)] ?? 0) & 1) !== 0) compareAll(sliding, far - window + 1, wordHash(farLow));
      far += 1;
    }
  }
  slideOn(sliding, end, half);
  slideOn(sliding, far, bytes.length);
}

/** One window alone, until its end comes to `limit`. */
function slideOn(sliding: Sliding, from: number, limit: number): void {
  const { shift, bits } = sliding.tables;
  let end = from;
  while (end < limit) {
    const high = sliding.view.getInt32(end - 3, true);
    const low = sliding.view.getInt32(end - 7, true);
    const step = shift[blockHash(high >>> 8, bits)] ?? 1;
    if (((controls(high) | controls(low)) & 0x80808080) !== 0) end = acrossBreak(sliding, end, step);
    else {
      if (step === 0) compareAll(sliding, end - window + 1, wordHash(low));
      end += Math.max(1, step);
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

/** Looks across the first break of the window, and gives the end of the next window: by `step` where there is no break. */
function acrossBreak(sliding: Sliding, end: number, step: number): number {
  const { bytes, view } = sliding;
  for (let at = firstControl(view, end - window + 1); at <= end; at += 1) {
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
  if (step === 0) compareAll(sliding, end - window + 1, wordHash(view.getInt32(end - 7, true)));
  return end + Math.max(1, step);
}

/** Of eight bytes that have one. */
function firstControl(view: DataView, start: number): number {
  const low = controls(view.getInt32(start, true)) & 0x80808080;
  const found = low === 0 ? controls(view.getInt32(start + 4, true)) & 0x80808080 : low;
  return start + (low === 0 ? 4 : 0) + ((31 - Math.clz32(found & -found)) >>> 3);
}

/** What begins four to seven bytes before a break and reaches over it. */
function compareFarBefore(sliding: Sliding, at: number): void {
  const { tables, view } = sliding;
  if (at < 4) return;
  const word = view.getInt32(at - 4, true);
  const marks = tables.around[markHash(word)] ?? 0;
  if ((marks & 1) !== 0) compareAll(sliding, at - 4, wordHash(word));
  if ((marks & 2) === 0) return;
  for (let start = Math.max(0, at - window + 1); start < at - 4; start += 1) {
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
  if (breaks === 0 && ((tables.around[markHash(word)] ?? 0) & 2) === 0) return;
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
