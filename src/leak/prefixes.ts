/** Answers whether the end of a text may be the beginning of a pattern. */
export interface Prefixes {
  /** start of the longest suffix that is a beginning of a pattern, and not the whole of the longest one */
  pendingFrom(bytes: Uint8Array, mayBegin?: (at: number) => boolean): number;
}

/** Sorted patterns and binary search; a table of first bytes rules out nearly every place before that. */
export function buildPrefixes(patterns: readonly Uint8Array[]): Prefixes {
  const sorted = patterns.toSorted((a, b) => Buffer.compare(a, b));
  const longest = patterns.reduce((length, pattern) => Math.max(length, pattern.byteLength), 0);
  const first = new Uint8Array(256);
  for (const pattern of patterns) first[pattern[0] ?? 0] = 1;
  return {
    pendingFrom: (bytes, mayBegin = () => true) => {
      for (let from = Math.max(0, bytes.length - longest + 1); from < bytes.length; from += 1) {
        if (first[bytes[from] ?? 0] === 1 && isPrefix(sorted, bytes.subarray(from)) && mayBegin(from)) return from;
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
