import { buildMatcher, type Match, type Matcher } from "./matcher.ts";
import type { Secret } from "./pattern.ts";

/** Masks one stream. What comes out does not depend on how the bytes were cut into writes. */
export interface Mask {
  /** What may be shown by now. Bytes that may still begin a value wait for the next write, never for a timer. */
  write(chunk: Uint8Array): Uint8Array;
  /** The rest. The mask can't be used afterwards. */
  end(): Uint8Array;
}

export function createMask(secrets: readonly Secret[]): Mask {
  return maskWith(buildMatcher(secrets));
}

/**
 * For several streams over the same values. A value becomes `[NAME]`; values that overlap become one `[NAME]`, that of
 * the leftmost, and nothing of either is left.
 */
export function maskWith(matcher: Matcher): Mask {
  let held: Uint8Array = Buffer.alloc(0);
  // how many bytes at the beginning of `held` belong to a value whose `[NAME]` is out already
  let covered = 0;

  const flush = (bytes: Uint8Array, safe: number): Uint8Array => {
    const { output, until } = replace(bytes, { matches: matcher.find(bytes), safe, covered });
    held = bytes.slice(safe);
    covered = Math.max(0, until - safe);
    return output;
  };
  return {
    write: (chunk) => {
      const bytes = Buffer.concat([held, chunk]);
      return flush(bytes, matcher.pendingFrom(bytes));
    },
    end: () => flush(held, held.length),
  };
}

/** A match that begins before `safe` is final; one that begins later may still become longer, and is found again. */
function replace(
  bytes: Uint8Array,
  { matches, safe, covered }: { readonly matches: readonly Match[]; readonly safe: number; readonly covered: number },
): { readonly output: Uint8Array; readonly until: number } {
  const parts: Uint8Array[] = [];
  let until = covered;
  for (const { start, end, pattern } of matches) {
    if (start >= safe) break;
    if (start >= until) parts.push(bytes.subarray(until, start), Buffer.from(`[${pattern.owners[0]?.name ?? ""}]`));
    until = Math.max(until, end);
  }
  if (until < safe) parts.push(bytes.subarray(until, safe));
  return { output: Buffer.concat(parts), until };
}
