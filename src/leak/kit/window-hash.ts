import { hkdfSync } from "node:crypto";

/** bytes that are hashed together: the last ones of a value */
export const windowLength = 16;
/** of a window's hash; 49 is the most that are independent, see below */
export const tagBits = 48;

/** A random 64-bit word for each byte, as two of 32 bits; and the same turned by the length of a window. */
export interface WindowTable {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly outLow: Int32Array;
  readonly outHigh: Int32Array;
}

/**
 * Rolling hash by cyclic polynomials over words of 64 bits. Without 15 of them the hashes of any two windows are independent
 * and uniform over the keys, so that a wrong guess passes with a chance of 2^-48 and no better: Lemire and Kaser, "Recursive
 * n-gram hashing is pairwise independent, at best" (2010), theorem on CYCLIC.
 */
export function windowTable(key: Uint8Array): WindowTable {
  const words = new DataView(hkdfSync("sha256", key, Buffer.alloc(0), "keyturn/1 scan kit table", 256 * 8));
  const table = {
    low: new Int32Array(256),
    high: new Int32Array(256),
    outLow: new Int32Array(256),
    outHigh: new Int32Array(256),
  };
  for (let byte = 0; byte < 256; byte += 1) {
    const [low, high] = [words.getInt32(8 * byte), words.getInt32(8 * byte + 4)];
    table.low[byte] = low;
    table.high[byte] = high;
    table.outLow[byte] = (low << windowLength) | (high >>> (32 - windowLength));
    table.outHigh[byte] = (high << windowLength) | (low >>> (32 - windowLength));
  }
  return table;
}

/** Of the last sixteen bytes. */
export function tagOfWindow(table: WindowTable, value: Uint8Array): number {
  let [low, high] = [0, 0];
  for (const byte of value.subarray(value.byteLength - windowLength)) {
    const turned = (low << 1) | (high >>> 31);
    high = ((high << 1) | (low >>> 31)) ^ (table.high[byte] ?? 0);
    low = turned ^ (table.low[byte] ?? 0);
  }
  return tagOfHash(low, high);
}

/** Which windows have a tag that is looked for, without asking for each one by its 48 bits. */
export interface TagSet {
  readonly tags: ReadonlySet<number>;
  /** by the lowest 16 bits */
  readonly lowest: Uint8Array;
}

export function tagSet(tags: Iterable<number>): TagSet {
  const all = new Set(tags);
  const lowest = new Uint8Array(1 << 16);
  for (const tag of all) lowest[tag % (1 << 16)] = 1;
  return { tags: all, lowest };
}

export interface TagHit {
  readonly tag: number;
  /** behind the window */
  readonly end: number;
}

/** Every window of the bytes whose tag is in the set, from left to right. Written out for speed. */
export function findTags(table: WindowTable, { tags, lowest }: TagSet, bytes: Uint8Array): readonly TagHit[] {
  const { low: inLow, high: inHigh, outLow, outHigh } = table;
  const hits: TagHit[] = [];
  let [low, high] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const turned = (low << 1) | (high >>> 31);
    high = ((high << 1) | (low >>> 31)) ^ (inHigh[byte] ?? 0);
    low = turned ^ (inLow[byte] ?? 0);
    if (at >= windowLength) {
      const left = bytes[at - windowLength] ?? 0;
      low ^= outLow[left] ?? 0;
      high ^= outHigh[left] ?? 0;
    }
    if (lowest[low & 0xffff] !== 0 && at >= windowLength - 1) {
      const tag = tagOfHash(low, high);
      if (tags.has(tag)) hits.push({ tag, end: at + 1 });
    }
  }
  return hits;
}

/** The lower 48 of 64 bits, as a whole number. */
function tagOfHash(low: number, high: number): number {
  return (high & 0xffff) * 0x100000000 + (low >>> 0);
}
