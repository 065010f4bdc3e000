import { shortestPattern } from "./encodings.ts";
import { patternsOf, type Pattern, type Secret } from "./pattern.ts";
import { buildPrefixes } from "./prefixes.ts";

export interface Match {
  readonly start: number;
  readonly end: number;
  readonly pattern: Pattern;
}

/** Finds real values in bytes. Holds them in the clear: build it late, and let go of it. */
export interface Matcher {
  /** the longest match at each place where one begins, from left to right; matches may overlap */
  find(bytes: Uint8Array): readonly Match[];
  /** where the longest suffix begins that may be the beginning of a value cut off by the end; the length if none */
  pendingFrom(bytes: Uint8Array): number;
  /** names whose value is too short to be looked for */
  readonly unsearchable: readonly string[];
}

export function buildMatcher(secrets: readonly Secret[]): Matcher {
  const { patterns, unsearchable } = patternsOf(secrets);
  const tables = buildTables(patterns);
  const prefixes = buildPrefixes(patterns.map((pattern) => pattern.bytes));
  return {
    find: (bytes) => (patterns.length === 0 ? [] : scan(tables, bytes)),
    pendingFrom: (bytes) => prefixes.pendingFrom(bytes),
    unsearchable,
  };
}

/**
 * Wu and Manber, "A fast algorithm for multi-pattern searching" (1994), with blocks of three bytes: `shift` says how far
 * the window may go on when the block stands at its end; at 0, `head` and `next` list the patterns to compare, longest
 * first. Int32Array and Math.imul: the same with Uint32Array is 2–3 times slower.
 */
interface Tables {
  readonly patterns: readonly Pattern[];
  readonly window: number;
  readonly bits: number;
  readonly shift: Int32Array;
  readonly head: Int32Array;
  readonly next: Int32Array;
}

const block = 3;

function buildTables(unsorted: readonly Pattern[]): Tables {
  const patterns = unsorted.toSorted((a, b) => a.bytes.byteLength - b.bytes.byteLength);
  const window = patterns[0]?.bytes.byteLength ?? shortestPattern;
  const bits = Math.min(18, Math.max(12, Math.ceil(Math.log2(patterns.length * window + 1)) + 2));
  const shift = new Int32Array(1 << bits).fill(window - block + 1);
  const head = new Int32Array(1 << bits).fill(-1);
  const next = new Int32Array(patterns.length).fill(-1);
  for (const [index, { bytes }] of patterns.entries()) {
    for (let end = block - 1; end < window; end += 1) {
      const slot = hash(bytes, end, bits);
      shift[slot] = Math.min(shift[slot] ?? 0, window - 1 - end);
    }
    // shortest first, and each in front of the one before: the longest ends up at the head
    const slot = hash(bytes, window - 1, bits);
    next[index] = head[slot] ?? -1;
    head[slot] = index;
  }
  return { patterns, window, bits, shift, head, next };
}

function scan(tables: Tables, bytes: Uint8Array): readonly Match[] {
  const { window, bits, shift } = tables;
  const matches: Match[] = [];
  let end = window - 1;
  while (end < bytes.length) {
    const slot = hash(bytes, end, bits);
    const step = shift[slot] ?? 1;
    if (step === 0) {
      const match = longestAt(tables, bytes, end - window + 1, slot);
      if (match !== undefined) matches.push(match);
    }
    end += step === 0 ? 1 : step;
  }
  return matches;
}

function longestAt(tables: Tables, bytes: Uint8Array, start: number, slot: number): Match | undefined {
  for (let index = tables.head[slot] ?? -1; index >= 0; index = tables.next[index] ?? -1) {
    const pattern = tables.patterns[index];
    if (pattern !== undefined && isAt(pattern.bytes, bytes, start)) {
      return { start, end: start + pattern.bytes.byteLength, pattern };
    }
  }
  return undefined;
}

function isAt(pattern: Uint8Array, bytes: Uint8Array, start: number): boolean {
  if (start + pattern.length > bytes.length) return false;
  for (let at = 0; at < pattern.length; at += 1) if (pattern[at] !== bytes[start + at]) return false;
  return true;
}

/** of the three bytes that end at `end` */
function hash(bytes: Uint8Array, end: number, bits: number): number {
  const word = (bytes[end] ?? 0) | ((bytes[end - 1] ?? 0) << 8) | ((bytes[end - 2] ?? 0) << 16);
  return Math.imul(word, 0x9e3779b1) >>> (32 - bits);
}
