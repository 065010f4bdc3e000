import { block, blockHash, markHash, markHashes, wordHash, wordHashes } from "./block.ts";
import { shortestPattern } from "./encodings.ts";

/**
 * Wu and Manber, "A fast algorithm for multi-pattern searching" (1994), with blocks of three bytes and a window of eight,
 * the shortest that a pattern may be. Typed arrays over shared memory: threads search with one copy.
 */
export interface Tables {
  /** all patterns, one behind the other; number `i` reaches from `from[i]` to `from[i + 1]` */
  readonly text: Uint8Array;
  readonly from: Int32Array;
  readonly bits: number;
  /** by hash of a block: how far the window may go on when the block stands at its end */
  readonly shift: Uint8Array;
  /** by hash of a pattern's first four bytes: a pattern; `next` has the others of the same hash, -1 ends it */
  readonly head: Int32Array;
  readonly next: Int32Array;
  /** by mark hash: 1 where a pattern begins with these four bytes, 2 where they stand one to three bytes behind a beginning */
  readonly around: Uint8Array;
  /** by hash of one to three bytes: 1 where a pattern begins with them */
  readonly begins: Uint8Array;
  /** in bytes */
  readonly longest: number;
}

export const window = shortestPattern;

/** Patterns are eight bytes or longer and have no line ends or escapes in them. */
export function buildTables(patterns: readonly Uint8Array[]): Tables {
  const tables = emptyTables(patterns);
  for (const [index, pattern] of patterns.entries()) {
    const view = new DataView(pattern.buffer, pattern.byteOffset, pattern.byteLength);
    enterShifts(tables, pattern);
    for (let at = 0; at < 4; at += 1) mark(tables.around, markHash(view.getInt32(at, true)), at === 0 ? 1 : 2);
    for (let length = 1; length < 4; length += 1)
      mark(tables.begins, wordHash(shortKey(length, view.getInt32(0, true))), 1);
    const slot = wordHash(view.getInt32(0, true));
    tables.next[index] = tables.head[slot] ?? -1;
    tables.head[slot] = index;
  }
  return tables;
}

export function patternAt({ text, from }: Tables, index: number): Uint8Array {
  return text.subarray(from[index], from[index + 1]);
}

/** A quick no to most of what only has the same hash. */
export function beginsAt({ text, from }: Tables, index: number, bytes: Uint8Array, start: number): boolean {
  return text[from[index] ?? 0] === bytes[start];
}

export function patternLength({ from }: Tables, index: number): number {
  return (from[index + 1] ?? 0) - (from[index] ?? 0);
}

/** One to three bytes, and how many. */
export function shortKey(length: number, word: number): number {
  return (word & (0xffffff >>> (8 * (3 - length)))) | (length << 24);
}

function emptyTables(patterns: readonly Uint8Array[]): Tables {
  const from = new Int32Array(shared(4 * (patterns.length + 1)));
  for (const [index, { byteLength }] of patterns.entries()) from[index + 1] = (from[index] ?? 0) + byteLength;
  const text = new Uint8Array(shared(from.at(-1) ?? 0));
  for (const [index, pattern] of patterns.entries()) text.set(pattern, from[index] ?? 0);
  // small enough for a processor's nearest memory, and large enough that most slots let the window go on
  const bits = patterns.length < 2048 ? 15 : patterns.length < 8192 ? 16 : 18;
  return {
    text,
    from,
    bits,
    shift: new Uint8Array(shared(1 << bits)).fill(window - block + 1),
    head: new Int32Array(shared(4 * wordHashes)).fill(-1),
    next: new Int32Array(shared(4 * patterns.length)).fill(-1),
    around: new Uint8Array(shared(markHashes)),
    begins: new Uint8Array(shared(wordHashes)),
    longest: patterns.reduce((length, { byteLength }) => Math.max(length, byteLength), 0),
  };
}

function enterShifts({ shift, bits }: Tables, pattern: Uint8Array): void {
  for (let end = block - 1; end < window; end += 1) {
    const [low = 0, middle = 0, high = 0] = pattern.subarray(end - 2, end + 1);
    const slot = blockHash(low | (middle << 8) | (high << 16), bits);
    shift[slot] = Math.min(shift[slot] ?? 0, window - 1 - end);
  }
}

function mark(marks: Uint8Array, slot: number, bit: number): void {
  marks[slot] = (marks[slot] ?? 0) | bit;
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}
