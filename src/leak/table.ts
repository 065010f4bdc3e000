import { isBreak } from "./breaks.ts";
import { shortestPattern } from "./encodings.ts";
import { wordHash, wordHashes } from "./word.ts";

/** Patterns by what they begin with. Typed arrays over shared memory: threads search with one copy. */
export interface Tables {
  /** all patterns, one behind the other; number `i` reaches from `from[i]` to `from[i + 1]` */
  readonly text: Uint8Array;
  readonly from: Int32Array;
  /** by hash of a pattern's first four bytes: a pattern; `next` has the others of the same hash, -1 ends it */
  readonly head: Int32Array;
  readonly next: Int32Array;
  /** by hash of one to three bytes: 1 where a pattern begins with them */
  readonly begins: Uint8Array;
  /** in bytes */
  readonly longest: number;
}

/** Patterns are eight bytes or longer and have no line ends or escapes in them. */
export function buildTables(patterns: readonly Uint8Array[]): Tables {
  const tables = emptyTables(patterns);
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.byteLength < shortestPattern) throw new RangeError("a pattern is too short");
    const word = new DataView(pattern.buffer, pattern.byteOffset, 4).getInt32(0, true);
    for (let length = 1; length < 4; length += 1) tables.begins[wordHash(shortKey(length, word))] = 1;
    const slot = wordHash(word);
    tables.next[index] = tables.head[slot] ?? -1;
    tables.head[slot] = index;
    tables.text.set(pattern, tables.from[index]);
  }
  return tables;
}

export function* allPatterns(tables: Tables): Generator<Uint8Array> {
  for (const index of tables.next.keys()) yield patternAt(tables, index);
}

export function patternAt({ text, from }: Tables, index: number): Uint8Array {
  return text.subarray(from[index], from[index + 1]);
}

export function patternLength({ from }: Tables, index: number): number {
  return (from[index + 1] ?? 0) - (from[index] ?? 0);
}

/** One to three bytes, and how many. */
export function shortKey(length: number, word: number): number {
  return (word & (0xffffff >>> (8 * (3 - length)))) | (length << 24);
}

/** Four bytes without a break among them that no pattern begins with: nearly every place. */
export function isRuledOut({ head }: Tables, bytes: Uint8Array, at: number): boolean {
  if (at + 4 > bytes.length) return false;
  const one = bytes[at] ?? 0;
  const two = bytes[at + 1] ?? 0;
  const three = bytes[at + 2] ?? 0;
  const four = bytes[at + 3] ?? 0;
  const isControl = one < 32 || two < 32 || three < 32 || four < 32;
  if (isControl && (isBreak(one) || isBreak(two) || isBreak(three) || isBreak(four))) return false;
  return (head[wordHash(one | (two << 8) | (three << 16) | (four << 24))] ?? -1) < 0;
}

function emptyTables(patterns: readonly Uint8Array[]): Tables {
  const from = new Int32Array(shared(4 * (patterns.length + 1)));
  for (const [index, { byteLength }] of patterns.entries()) from[index + 1] = (from[index] ?? 0) + byteLength;
  return {
    text: new Uint8Array(shared(from.at(-1) ?? 0)),
    from,
    head: new Int32Array(shared(4 * wordHashes)).fill(-1),
    next: new Int32Array(shared(4 * patterns.length)).fill(-1),
    begins: new Uint8Array(shared(wordHashes)),
    longest: patterns.reduce((length, { byteLength }) => Math.max(length, byteLength), 0),
  };
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}
