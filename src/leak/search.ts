import { beginningAt, compareAt } from "./compare.ts";
import { sieveOf, type Sieve } from "./sieve/sieve.ts";
import { allPatterns, isRuledOut, patternAt, type Tables } from "./table.ts";
import { wordHash } from "./word.ts";

/** A place where a pattern stands; see `Comparison` for `from`. */
export interface Hit {
  readonly start: number;
  readonly from: number;
  readonly end: number;
  /** index in the list that the tables were built from */
  readonly pattern: number;
}

/** The longest pattern at each place where one begins, from left to right, line ends and escapes left out. */
export type Search = (bytes: Uint8Array) => readonly Hit[];

/** with fewer bytes the sieve takes longer to start than to look at each place */
const few = 1024;
/** and with fewer than these longer to call */
const veryFew = 64;

/** `sieve`: what finds the places to look at, asked for with the first bytes that are worth it. */
export function searchFor(tables: Tables, makeSieve: typeof sieveOf = sieveOf): Search {
  let sieve: Sieve | undefined;
  return (given) => {
    const hits: Hit[] = [];
    if (tables.longest === 0) return hits;
    // one class of arrays, whatever came: what follows is compiled for it
    const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    const look = (start: number): void => {
      const hit = longestAt(tables, bytes, start);
      if (hit !== undefined) hits.push(hit);
    };
    if (bytes.length < (sieve === undefined ? few : veryFew)) eachPlace(bytes, look);
    else (sieve ??= makeSieve(allPatterns(tables)) ?? eachPlace)(bytes, look);
    return hits;
  };
}

function eachPlace(bytes: Uint8Array, tell: (start: number) => void): void {
  for (let start = 0; start < bytes.length; start += 1) tell(start);
}

function longestAt(tables: Tables, bytes: Uint8Array, start: number): Hit | undefined {
  if (isRuledOut(tables, bytes, start)) return undefined;
  const begins = beginningAt(bytes, start);
  if (begins?.length !== 4) return undefined;
  let hit: Hit | undefined;
  for (let index = tables.head[wordHash(begins.word)] ?? -1; index >= 0; index = tables.next[index] ?? -1) {
    const found = compareAt(bytes, start, patternAt(tables, index));
    if (found.kind !== "equal" || found.end <= (hit?.end ?? 0)) continue;
    hit = { start, from: found.from, end: found.end, pattern: index };
  }
  return hit;
}
