import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareAt } from "../../src/leak/compare.ts";
import { pendingFrom } from "../../src/leak/pending.ts";
import { searchFor } from "../../src/leak/search.ts";
import { sieveOf } from "../../src/leak/sieve/sieve.ts";
import { buildTables } from "../../src/leak/table.ts";
import { patternsAndText } from "./broken-text.ts";

/** Where the longest pattern that begins at a place ends, of all of them, compared at every place. */
function comparedAt(bytes: Uint8Array, patterns: readonly Uint8Array[]): readonly (readonly number[])[] {
  return Array.from(bytes, (_, start) => {
    const found = patterns.map((one) => compareAt(bytes, start, one));
    const ends = found.flatMap((one) => (one.kind === "equal" ? [one.end] : []));
    return ends.length === 0 ? [] : [[start, Math.max(...ends)]];
  }).flat();
}

/** more than the search looks through place by place */
const much = 2000;

const places = (bytes: Uint8Array, patterns: readonly Uint8Array[], sieve = sieveOf) =>
  searchFor(buildTables(patterns), sieve)(bytes).map(({ start, end }) => [start, end]);

test("the search finds what a comparison at every place finds", () => {
  fc.assert(
    fc.property(patternsAndText, ([patterns, bytes]) => {
      expect(places(bytes, patterns)).toEqual(comparedAt(bytes, patterns));
    }),
    { numRuns: 1500 },
  );
});

test("with much to look through it finds the same, and the same where there is no WebAssembly", () => {
  fc.assert(
    fc.property(patternsAndText, fc.nat({ max: much }), ([patterns, text], before) => {
      const filler = Buffer.alloc(much, "-");
      const bytes = Buffer.concat([filler.subarray(before), text, filler.subarray(0, before)]);
      const expected = comparedAt(bytes, patterns);
      expect(places(bytes, patterns)).toEqual(expected);
      expect(places(bytes, patterns, () => undefined)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("what is pending is what a comparison at every place leaves open", () => {
  fc.assert(
    fc.property(patternsAndText, ([patterns, bytes]) => {
      const open = Array.from(bytes, (_, start) =>
        patterns.map((one) => compareAt(bytes, start, one)).flatMap((one) => (one.kind === "open" ? [one.from] : [])),
      ).flat();
      expect(pendingFrom(buildTables(patterns), bytes)).toBe(Math.min(bytes.length, ...open));
    }),
    { numRuns: 1500 },
  );
});
