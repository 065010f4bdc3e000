import { block, blockHash } from "./block.ts";

/** Answers whether the end of a text may be the beginning of a pattern. */
export interface Prefixes {
  /** start of the longest suffix that is a beginning of a pattern, and not the whole of the longest one */
  pendingFrom(bytes: Uint8Array, mayBegin?: (at: number) => boolean): number;
}

const bits = 18;

/** Sorted patterns and binary search; a table over their first three bytes rules out nearly every place before that. */
export function buildPrefixes(patterns: readonly Uint8Array[]): Prefixes {
  const sorted = patterns.toSorted((a, b) => Buffer.compare(a, b));
  const longest = patterns.reduce((length, pattern) => Math.max(length, pattern.byteLength), 0);
  const begins = new Uint8Array(1 << bits);
  for (const pattern of patterns) begins[blockHash(pattern, block - 1, bits)] = 1;
  return {
    pendingFrom: (bytes, mayBegin = () => true) => {
      for (let from = Math.max(0, bytes.length - longest + 1); from < bytes.length; from += 1) {
        const end = from + block - 1;
        if (end < bytes.length && begins[blockHash(bytes, end, bits)] === 0) continue;
        if (isPrefix(sorted, bytes.subarray(from)) && mayBegin(from)) return from;
      }
      return bytes.length;
    },
  };
}

/** True when a pattern is longer than `part` and begins with it: such patterns come right after `part` itself. */
function isPrefix(sorted: readonly Uint8Array[], part: Uint8Array): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const pattern = sorted[middle];
    if (pattern !== undefined && Buffer.compare(pattern, part) <= 0) low = middle + 1;
    else high = middle;
  }
  const next = sorted[low];
  return next !== undefined && Buffer.compare(next.subarray(0, part.length), part) === 0;
}
