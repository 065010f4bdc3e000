import { anchorsOf, shortFinder, type Anchor, type CredentialFormat } from "./credential.ts";
import { shortestPattern } from "./encodings.ts";
import type { Encoding } from "./form.ts";
import { patternsOf, unsearchableNames, type Owner, type Secret } from "./pattern.ts";
import { pendingFrom } from "./pending.ts";
import { searchFor, type Hit } from "./search.ts";
import { buildTables, patternLength, type Tables } from "./table.ts";

export interface Match {
  readonly start: number;
  readonly end: number;
  /** where it is masked from: the start, but for a value that a line end cuts behind its first one to three bytes */
  readonly from: number;
  /** there are line ends or escapes in it */
  readonly split: boolean;
  readonly form: Form;
}

/** How a value was written, and whose it is; several owners when names share the value. */
interface Form {
  readonly encoding: Encoding;
  readonly owners: readonly Owner[];
}

/** Finds real values in bytes, line ends and terminal escapes left out. */
export interface Matcher {
  /** the longest match at each place where one begins, from left to right; matches may overlap */
  find(bytes: Uint8Array): readonly Match[];
  /** the same, with the places where a credential of a known format may stand, in order */
  look(bytes: Uint8Array): Look;
  /**
   * Nothing before this place can be part of a match that more bytes would make or change; the length if all is final. One of which
   * fewer than `heldFrom` bytes stand does not count.
   */
  pendingFrom(bytes: Uint8Array, heldFrom?: number): number;
  /** names whose value is too short to be looked for */
  readonly unsearchable: readonly string[];
}

interface Look {
  readonly matches: readonly Match[];
  readonly anchors: readonly Anchor[];
}

const nothing: Look = { matches: [], anchors: [] };

/**
 * What a matcher works with: plain data over shared memory, which a thread can be given. Holds the values in the clear:
 * build it late, and let go of it.
 */
export interface Needles {
  readonly tables: Tables;
  /** of each pattern; behind them stand the anchors of formats */
  readonly forms: readonly Form[];
  readonly unsearchable: readonly string[];
}

export function buildNeedles(secrets: readonly Secret[], formats: readonly CredentialFormat[] = []): Needles {
  const patterns = patternsOf(secrets);
  const anchors = anchorsOf(formats, isLong).map(([text]) => Buffer.from(text, "latin1"));
  return {
    tables: buildTables([...patterns.map(({ bytes }) => bytes), ...anchors]),
    forms: patterns.map(({ encoding, owners }) => ({ encoding, owners })),
    unsearchable: unsearchableNames(secrets),
  };
}

/** With the formats that the needles were built with, or with none. */
export function matcherOf(
  { tables, forms, unsearchable }: Needles,
  formats: readonly CredentialFormat[] = [],
): Matcher {
  const search = searchFor(tables);
  const long = anchorsOf(formats, isLong);
  const short = anchorsOf(formats, (anchor) => !isLong(anchor));
  const findShort = shortFinder(short);
  const withForm = ({ start, from, end, pattern }: Hit): readonly Match[] => {
    const form = forms[pattern];
    const split = end - start !== patternLength(tables, pattern);
    return form === undefined ? [] : [{ start, from, end, split, form }];
  };
  const withFormat = ({ start, end, pattern }: Hit): readonly Anchor[] => {
    const format = long[pattern - forms.length]?.[1];
    return format === undefined || end - start !== patternLength(tables, pattern) ? [] : [{ start, format }];
  };
  const look = (bytes: Uint8Array): Look => {
    const hits = search(bytes);
    // nearly every file
    if (hits.length === 0 && short.length === 0) return nothing;
    const anchors = [...hits.flatMap(withFormat), ...findShort(bytes)];
    return { matches: hits.flatMap(withForm), anchors: anchors.toSorted((a, b) => a.start - b.start) };
  };
  return {
    find: (bytes) => search(bytes).flatMap(withForm),
    look,
    pendingFrom: (bytes, heldFrom) => pendingFrom(tables, bytes, heldFrom),
    unsearchable,
  };
}

function isLong(anchor: string): boolean {
  return anchor.length >= shortestPattern;
}

export function buildMatcher(secrets: readonly Secret[]): Matcher {
  return matcherOf(buildNeedles(secrets));
}
