import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { corpus, readCase } from "./corpus.ts";
import { growth } from "./growth.ts";
import { tryInput } from "./search.ts";
import { allTargets } from "./targets.ts";

const folder = mkdtempSync(join(tmpdir(), "keyturn-fuzz-"));
const targets = await allTargets({ folder });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the laws of reading what others wrote hold for any bytes", () => {
  test.each(targets.map((target) => [target.name, target] as const))("%s", { timeout: 120_000 }, async (_, target) => {
    const property = fc.asyncProperty(target.input, (input) => tryInput(target, Buffer.from(input)));
    await fc.assert(property, { numRuns: target.runs });
  });
});

describe("corpus: what once broke a law breaks none now", () => {
  test.each(corpus())("$reader $file", { timeout: 60_000 }, async (found) => {
    const target = targets.find(({ name }) => name === found.reader);
    expect(target, "a reader has this name").toBeDefined();
    if (target !== undefined) await tryInput(target, readCase(found));
  });
});

test("a reader whose time grows with the square is told", () => {
  const slow = growth(
    (all) => /[a-z]+:$/.test(all),
    (length) => "a".repeat(length),
  );
  expect(slow.kind).toBe("faster-than-the-text");
});
