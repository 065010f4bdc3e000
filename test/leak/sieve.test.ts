import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import wabt from "wabt";
import { compareAt } from "../../src/leak/compare.ts";
import { sieveCode } from "../../src/leak/sieve/sieve-code.ts";
import { sieveOf, type Sieve } from "../../src/leak/sieve/sieve.ts";
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
