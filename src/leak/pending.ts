import { breakLength } from "./breaks.ts";
import { beginningAt, compareAt } from "./compare.ts";
import { isRuledOut, patternAt, shortKey, type Tables } from "./table.ts";
import { wordHash } from "./word.ts";

/**
 * Nothing before this place can be part of a match that more bytes would make or change, one that so many of its bytes stand of;
 * the length if all is final.
 */
export function pendingFrom(tables: Tables, given: Uint8Array, heldFrom = 1): number {
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  let pending = bytes.length;
  if (tables.longest === 0) return pending;
  for (let at = reachFrom(bytes, tables.longest); at < pending; at += 1) {
    if (!isRuledOut(tables, bytes, at)) pending = Math.min(pending, openFrom(tables, bytes, at, heldFrom));
  }
  return pending;
}

/** Far enough back that the longest pattern ends behind the text when it begins before, breaks left out. */
function reachFrom(bytes: Uint8Array, longest: number): number {
  for (let reach = longest + 8; reach < bytes.length; reach *= 2) {
    const start = bytes.length - reach;
    let kept = 0;
    for (let at = start; at < bytes.length && kept < longest; at += 1) {
      const skip = (bytes[at] ?? 0) < 32 ? Math.abs(breakLength(bytes, at)) : 0;
      if (skip > 0) at += skip - 1;
      else kept += 1;
    }
    if (kept >= longest) return start;
  }
  return 0;
}

/** Where a pattern that begins here and is not whole yet is masked from; the length of the text where there is none. */
function openFrom(tables: Tables, bytes: Uint8Array, start: number, heldFrom: number): number {
  for (const index of beginningHere(tables, bytes, start)) {
    const found = compareAt(bytes, start, patternAt(tables, index));
    if (found.kind === "open" && found.length >= heldFrom) return found.from;
  }
  return bytes.length;
}

function* beginningHere(tables: Tables, bytes: Uint8Array, start: number): Generator<number> {
  const begins = beginningAt(bytes, start);
  if (begins === undefined) return;
  const { length, word } = begins;
  if (length === 4) {
    for (let index = tables.head[wordHash(word)] ?? -1; index >= 0; index = tables.next[index] ?? -1) yield index;
  } else if (tables.begins[wordHash(shortKey(length, word))] === 1) {
    yield* tables.next.keys();
  }
}
