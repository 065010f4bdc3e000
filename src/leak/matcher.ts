import { shortestPattern } from "./encodings.ts";
import { patternsOf, unsearchableNames, type Pattern, type Secret } from "./pattern.ts";
import { buildPrefixes, type Prefixes } from "./prefixes.ts";
import { buildSearch, type Hit } from "./search.ts";
import { hasBreaks, outsideEscape, viewWithoutBreaks, type View } from "./view.ts";

export interface Match {
  readonly start: number;
  readonly end: number;
  readonly pattern: Pattern;
}

/**
 * Finds real values in bytes: as they are, and with line ends and terminal escapes left out. Holds the values in the
 * clear: build it late, and let go of it.
 */
export interface Matcher {
  /** the longest match at each place where one begins, from left to right; matches may overlap */
  find(bytes: Uint8Array): readonly Match[];
  /** Nothing before this place can be part of a match that more bytes would make or change; the length if all is final. */
  pendingFrom(bytes: Uint8Array): number;
  /** names whose value is too short to be looked for */
  readonly unsearchable: readonly string[];
}

export function buildMatcher(secrets: readonly Secret[]): Matcher {
  const patterns = patternsOf(secrets);
  const plain = buildEngine(patterns);
  const unbroken = buildEngine(patterns.flatMap(withoutBreaks));
  // most texts and values have no line ends: then both are the same, and one pass is enough
  const isSame = !patterns.some((pattern) => hasBreaks(pattern.bytes));
  return {
    find: (bytes) => {
      if (isSame && !hasBreaks(bytes)) return plain.find(bytes);
      return longestPerStart([...plain.find(bytes), ...findInView(unbroken, viewWithoutBreaks(bytes))]);
    },
    pendingFrom: (bytes) => {
      const view = viewWithoutBreaks(bytes);
      const inView = view.offset(unbroken.prefixes.pendingFrom(view.bytes, view.mayBegin));
      return outsideEscape(bytes, Math.min(plain.prefixes.pendingFrom(bytes), inView));
    },
    unsearchable: unsearchableNames(secrets),
  };
}

interface Engine {
  readonly find: (bytes: Uint8Array) => readonly Match[];
  readonly prefixes: Prefixes;
}

function buildEngine(patterns: readonly Pattern[]): Engine {
  const bytes = patterns.map((pattern) => pattern.bytes);
  const search = buildSearch(bytes);
  const withPattern = ({ start, end, pattern: index }: Hit): readonly Match[] => {
    const pattern = patterns[index];
    return pattern === undefined ? [] : [{ start, end, pattern }];
  };
  return { find: (text) => search(text).flatMap(withPattern), prefixes: buildPrefixes(bytes) };
}

/** Matches of the view, at their places in the stream. */
function findInView({ find }: Engine, { bytes, offset, mayBegin }: View): readonly Match[] {
  return find(bytes)
    .filter(({ start }) => mayBegin(start))
    .map(({ start, end, pattern }) => ({ start: offset(start), end: offset(end - 1) + 1, pattern }));
}

function withoutBreaks(pattern: Pattern): readonly Pattern[] {
  const { bytes } = viewWithoutBreaks(pattern.bytes);
  return bytes.byteLength < shortestPattern ? [] : [{ ...pattern, bytes }];
}

function longestPerStart(matches: readonly Match[]): readonly Match[] {
  const sorted = matches.toSorted((a, b) => a.start - b.start || b.end - a.end);
  return sorted.filter(({ start }, at) => at === 0 || sorted[at - 1]?.start !== start);
}
