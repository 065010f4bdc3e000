import { inspect } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { buildMatcher, scanBytes, type Secret } from "#leak";

const secret = (name: string, value: string, version?: number): Secret => ({
  name,
  value: Sensitive.of(value),
  ...(version === undefined ? {} : { version }),
});

test("a finding has name, version, path, offset, line and encoding, and nothing of the content", () => {
  const matcher = buildMatcher([secret("JWT_SECRET", "correct-horse-battery", 3)]);
  const hex = Buffer.from("correct-horse-battery").toString("hex");
  const text = `const a = 1;\nconst b = "${hex}";\nconst c = "correct-horse-battery";\n`;
  const findings = scanBytes(matcher, "dist/app.js", Buffer.from(text));
  const same = { name: "JWT_SECRET", version: 3, path: "dist/app.js", column: 12, split: false, binary: false };
  expect(findings).toEqual([
    { ...same, offset: text.indexOf(hex), line: 2, encoding: "hex" },
    { ...same, offset: text.indexOf("correct"), line: 3, encoding: "literal" },
  ]);
  expect(inspect(findings)).not.toContain("correct-horse");
});

test("a value inside another value is reported for both, and names that share a value both", () => {
  const url = "postgres://app:hunter2hunter2@db/app";
  const matcher = buildMatcher([
    secret("URL", url),
    secret("PASSWORD", "hunter2hunter2"),
    secret("SAME", "hunter2hunter2"),
  ]);
  expect(scanBytes(matcher, "f", Buffer.from(url)).map((finding) => finding.name)).toEqual(["URL", "PASSWORD", "SAME"]);
});

test("a value shorter than eight bytes is named as one that can't be searched", () => {
  const matcher = buildMatcher([
    secret("SHORT", "hunter2"),
    secret("PADDED", " hunter2\n"),
    secret("LONG", "hunter22"),
  ]);
  expect(matcher.unsearchable).toEqual(["SHORT", "PADDED"]);
  expect(scanBytes(matcher, "f", Buffer.from("hunter2 hunter22")).map((finding) => finding.offset)).toEqual([8]);
});

test("without secrets nothing is found", () => {
  expect(scanBytes(buildMatcher([]), "f", Buffer.from("some text"))).toEqual([]);
});

test("the matcher finds what a plain search finds, among many values", () => {
  const word = fc
    .array(fc.constantFrom("a", "b", "c", "1"), { minLength: 8, maxLength: 14 })
    .map((list) => list.join(""));
  const filler = fc.array(fc.constantFrom("a", "b", "c", "1", "\n"), { maxLength: 60 }).map((list) => list.join(""));
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 30 }), filler, filler, (words, before, after) => {
      const text = before + (words[0] ?? "") + after;
      const matcher = buildMatcher(words.map((word) => secret(word, word)));
      const literal = scanBytes(matcher, "f", Buffer.from(text)).filter((finding) => finding.encoding === "literal");
      // where several begin at one place only the longest is found; the others are its beginnings
      for (const finding of literal) expect(text.startsWith(finding.name, finding.offset)).toBe(true);
      const first = words.map((word) => text.indexOf(word)).filter((at) => at >= 0);
      expect(literal[0]?.offset).toBe(Math.min(...first));
      expect(literal[0]?.line).toBe(text.slice(0, Math.min(...first)).split("\n").length);
    }),
    { numRuns: 300 },
  );
});

test("a value wrapped over lines is reported where it begins, and counts once", () => {
  const matcher = buildMatcher([secret("KEY", "sk-live-0123456789abcdef")]);
  const text = "one\r\ntwo sk-live-01\r\n23456789ab\r\ncdef\nsk-live-0123456789abcdef";
  expect(scanBytes(matcher, "log", Buffer.from(text)).map(({ offset, line }) => [offset, line])).toEqual([
    [text.indexOf("sk-"), 2],
    [text.lastIndexOf("sk-"), 5],
  ]);
});
