import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import wabt from "wabt";
import { compareAt } from "../../src/leak/compare.ts";
import { sieveCode } from "../../src/leak/sieve/sieve-code.ts";
import { shortFinder } from "../../src/leak/credential.ts";
import { shortSieveOf, sieveOf, type Sieve } from "../../src/leak/sieve/sieve.ts";
import { patternsAndText } from "./broken-text.ts";

/** what goes through the sieve's memory at once, but for the overlap */
const piece = 64 * 1024;

function toldBy(sieve: Sieve | undefined, bytes: Uint8Array): readonly number[] {
  const told: number[] = [];
  expect(sieve).toBeDefined();
  sieve?.(bytes, (start) => void told.push(start));
  return told;
}

function beginningsIn(bytes: Uint8Array, patterns: readonly Uint8Array[]): readonly number[] {
  return [...bytes.keys()].filter((start) => patterns.some((one) => compareAt(bytes, start, one).kind === "equal"));
}

/** Filler that no pattern begins in. */
function amid(bytes: Uint8Array, before: number, behind: number): Uint8Array {
  return Buffer.concat([Buffer.alloc(before, "-"), bytes, Buffer.alloc(behind, "-")]);
}

test("the assembled sieve is that of the text beside it", async () => {
  const assembler = await wabt();
  const text = readFileSync(new URL("../../src/leak/sieve/sieve.wat", import.meta.url), "utf8");
  const { buffer } = assembler.parseWat("sieve.wat", text).toBinary({});
  expect(sieveCode, "run node scripts/build-sieve.js").toBe(Buffer.from(buffer).toString("base64"));
});

test("the sieve tells each place where a pattern begins, once, from left to right", () => {
  fc.assert(
    fc.property(patternsAndText, fc.nat({ max: 70 }), fc.nat({ max: 70 }), ([patterns, text], before, behind) => {
      const bytes = amid(text, before, behind);
      const told = toldBy(sieveOf(patterns), bytes);
      expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b));
      expect(told).toEqual(expect.arrayContaining([...beginningsIn(bytes, patterns)]));
      expect(told.every((start) => start >= 0 && start < bytes.length)).toBe(true);
    }),
    { numRuns: 600 },
  );
});

test("it does so where one piece of its memory ends and the next begins", () => {
  fc.assert(
    fc.property(
      patternsAndText,
      fc.integer({ min: -80, max: 40 }),
      fc.nat({ max: 2 }),
      ([patterns, text], at, pieces) => {
        const cut = piece + pieces * (piece - 16);
        const bytes = amid(text, cut + at, 50);
        const told = toldBy(sieveOf(patterns), bytes);
        expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b));
        const begins = beginningsIn(text, patterns).map((start) => start + cut + at);
        expect(told).toEqual(expect.arrayContaining(begins));
      },
    ),
    { numRuns: 200 },
  );
});

test("nothing of one text is told of the next", () => {
  const pattern = Buffer.from("abcdefgh");
  const sieve = sieveOf([pattern]);
  expect(toldBy(sieve, amid(pattern, 100, 5000))).toEqual([100]);
  expect(toldBy(sieve, amid(Buffer.alloc(0), 5108, 0))).toEqual([]);
});

const letter = fc.constantFrom("a", "b", "A", ":", "_", "\u00ff", "\u0000");
const short = fc.array(letter, { minLength: 3, maxLength: 7 }).map((letters) => letters.join(""));
const shortsAndText = fc.tuple(
  fc.uniqueArray(short, { minLength: 1, maxLength: 20 }),
  fc.array(letter, { minLength: 1, maxLength: 200 }),
  fc.constantFrom(0, 40, piece - 120, piece - 20, 2 * piece - 130),
);

test("short texts are found where each is, in any number, and the same where there is no WebAssembly", () => {
  fc.assert(
    fc.property(shortsAndText, ([texts, letters, before]) => {
      const bytes = amid(Buffer.from(letters.join(""), "latin1"), before, 1100);
      const anchors = texts.map((name) => [name, { name, anchors: [], reach: 1, read: () => undefined }] as const);
      const places = (find: ReturnType<typeof shortFinder>, of: Uint8Array) =>
        find(of)
          .map(({ start, format }) => `${start} ${format.name}`)
          .toSorted();
      const text = Buffer.from(bytes).toString("latin1");
      const expected = texts
        .flatMap((name) => [...bytes.keys()].filter((at) => text.startsWith(name, at)).map((at) => `${at} ${name}`))
        .toSorted();
      expect(places(shortFinder(anchors, shortSieveOf), bytes)).toEqual(expected);
      expect(
        places(
          shortFinder(anchors, () => undefined),
          bytes,
        ),
      ).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});
