import { block, blockHash } from "./block.ts";
import { shortestPattern } from "./encodings.ts";

/** A place where a pattern stands; `pattern` is its index in the list that was given. */
export interface Hit {
  readonly start: number;
  readonly end: number;
  readonly pattern: number;
}

/** Finds the longest pattern at each place where one begins, from left to right. Patterns are 3 bytes or longer. */
export function buildSearch(patterns: readonly Uint8Array[]): (bytes: Uint8Array) => readonly Hit[] {
  if (patterns.length === 0) return () => [];
  const tables = buildTables(patterns);
  return (bytes) => scan(tables, bytes);
}

/**
 * Wu and Manber, "A fast algorithm for multi-pattern searching" (1994), with blocks of three bytes: `shift` says how far
 * the window may go on when the block stands at its end; at 0, `head` and `next` list the patterns to compare, longest
 * first. Int32Array and Math.imul: the same with Uint32Array is 2–3 times slower.
 */
interface Tables {
  /** shortest first, each with its index in the list that was given */
  readonly patterns: readonly { readonly bytes: Uint8Array; readonly index: number }[];
  readonly window: number;
  readonly bits: number;
  readonly shift: Int32Array;
  readonly head: Int32Array;
  readonly next: Int32Array;
}

function buildTables(given: readonly Uint8Array[]): Tables {
  const patterns = given
    .map((bytes, index) => ({ bytes, index }))
    .toSorted((a, b) => a.bytes.byteLength - b.bytes.byteLength);
  const window = patterns[0]?.bytes.byteLength ?? shortestPattern;
  const bits = Math.min(18, Math.max(12, Math.ceil(Math.log2(patterns.length * window + 1)) + 2));
  const shift = new Int32Array(1 << bits).fill(window - block + 1);
  const head = new Int32Array(1 << bits).fill(-1);
  const next = new Int32Array(patterns.length).fill(-1);
  for (const [at, { bytes }] of patterns.entries()) {
    for (let end = block - 1; end < window; end += 1) {
      const slot = blockHash(bytes, end, bits);
      shift[slot] = Math.min(shift[slot] ?? 0, window - 1 - end);
    }
    // shortest first, and each in front of the one before: the longest ends up at the head
    const slot = blockHash(bytes, window - 1, bits);
    next[at] = head[slot] ?? -1;
    head[slot] = at;
  }
  return { patterns, window, bits, shift, head, next };
}

function scan(tables: Tables, bytes: Uint8Array): readonly Hit[] {
  const { window, bits, shift } = tables;
  const hits: Hit[] = [];
  let end = window - 1;
  while (end < bytes.length) {
    const slot = blockHash(bytes, end, bits);
    const step = shift[slot] ?? 1;
    if (step === 0) {
      const hit = longestAt(tables, bytes, end - window + 1, slot);
      if (hit !== undefined) hits.push(hit);
    }
    end += step === 0 ? 1 : step;
  }
  return hits;
}

function longestAt(tables: Tables, bytes: Uint8Array, start: number, slot: number): Hit | undefined {
  for (let at = tables.head[slot] ?? -1; at >= 0; at = tables.next[at] ?? -1) {
    const pattern = tables.patterns[at];
    if (pattern !== undefined && isAt(pattern.bytes, bytes, start)) {
      return { start, end: start + pattern.bytes.byteLength, pattern: pattern.index };
    }
  }
  return undefined;
}

function isAt(pattern: Uint8Array, bytes: Uint8Array, start: number): boolean {
  if (start + pattern.length > bytes.length) return false;
  for (let at = 0; at < pattern.length; at += 1) if (pattern[at] !== bytes[start + at]) return false;
  return true;
}
