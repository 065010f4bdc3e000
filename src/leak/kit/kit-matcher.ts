import type { CredentialFormat } from "../credential.ts";
import type { Encoding } from "../form.ts";
import { buildNeedles, matcherOf, type Match, type Matcher } from "../matcher.ts";
import { spanDigest, tagText, type Kit } from "./kit.ts";
import { joined, viewsOf, type View } from "./view.ts";
import { findTags, tagSet, windowTable } from "./window-hash.ts";

/** so much a value of the longest kind takes up, in the widest of encodings */
const reach = 16 * 1024;

/**
 * Finds candidates: what has the hash of a value's last bytes. Each is named by its tag, or its name where the kit has it, and
 * has with it what confirms it. Credentials of known formats are found as ever.
 */
export function kitMatcher(kit: Kit, formats: readonly CredentialFormat[] = []): Matcher {
  const base = matcherOf(buildNeedles([], formats), formats);
  const findIn = finder(kit);
  const find = (bytes: Uint8Array): readonly Match[] => {
    const whole = joined(bytes);
    const found = findIn(whole.bytes, []).map((one) => matchOf(one, whole.placeOf));
    return found.toSorted((a, b) => a.start - b.start || b.end - a.end);
  };
  return {
    find,
    look: (bytes) => ({ matches: find(bytes), anchors: base.look(bytes).anchors }),
    pendingFrom: (bytes) => Math.min(base.pendingFrom(bytes), Math.max(0, bytes.byteLength - reach)),
    unsearchable: [],
  };
}

interface Candidate {
  readonly tag: string;
  readonly name: string;
  readonly spans: readonly string[];
  readonly encoding: Encoding;
  readonly start: number;
  readonly end: number;
}

type Find = (bytes: Uint8Array, outer: readonly View["encoding"][]) => readonly Candidate[];

function finder(kit: Kit): Find {
  const table = windowTable(kit.key);
  const tags = tagSet(kit.tags);
  const digest = spanDigest(kit);
  const find: Find = (bytes, outer) => {
    const encoding = encodingOf(outer);
    if (encoding === undefined) return [];
    const own = findTags(table, tags, bytes).map(({ tag, end }): Candidate => {
      const lengths = kit.lengths.filter((length) => length <= end);
      const spans = lengths.map((length) => digest(bytes.subarray(end - length, end)));
      const id = tagText(tag);
      return { tag: id, name: kit.names?.[id] ?? id, spans, encoding, start: end - (lengths[0] ?? 0), end };
    });
    const inner = outer.length === 2 ? [] : [...viewsOf(bytes)].flatMap((view) => within(view, outer));
    return [...own.filter(({ spans }) => spans.length > 0), ...inner];
  };
  const within = ({ encoding, bytes, placeOf }: View, outer: readonly View["encoding"][]): readonly Candidate[] =>
    find(bytes, [...outer, encoding]).map((one) => ({ ...one, start: placeOf(one.start), end: placeOf(one.end) }));
  return find;
}

const combined: ReadonlySet<string> = new Set<Encoding>([
  "base64-of-base64",
  "base64-of-base64url",
  "base64-of-utf16",
  "base64-of-json",
  "base64-of-url",
  "url-of-base64",
  "url-of-json",
  "json-of-base64",
  "html-of-json",
]);

/** Undefined for two encodings that nobody puts one inside the other. */
function encodingOf(outer: readonly View["encoding"][]): Encoding | undefined {
  const [first, second] = outer;
  if (first === undefined) return "literal";
  if (second === undefined) return first;
  const around = first === "base64url" ? "base64" : first;
  const within = around !== "base64" && second === "base64url" ? "base64" : second;
  const name = `${around}-of-${within}`;
  return combined.has(name) ? (name as Encoding) : undefined;
}

function matchOf({ tag, name, spans, encoding, start, end }: Candidate, placeOf: (at: number) => number): Match {
  const [from, until] = [placeOf(start), placeOf(Math.max(start, end - 1)) + 1];
  const form = { encoding, owners: [{ name, candidate: { tag, spans } }] };
  return { start: from, from, end: until, split: until - from !== end - start, form };
}
