import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { buildMatcher, maskWith, scanBytes, scanStream, type Matcher } from "#leak";
import { encodedForms } from "../../src/leak/encodings.ts";
import { writers } from "./writers.ts";

/** Of each kind of value: a key, an address with marks in it, one that only quoting changes, one with a slash and a plus, one of more than ASCII. */
const values: readonly string[] = [
  "sk-live-0123456789abcdefghij",
  "postgres://app:p@ss%w0rd@db:5432/a?b=c&d",
  'it\'s "quoted" $HOME `x` <b> \\ end',
  "q+w/e+r/t+y/u+i/o+p/as==",
  "schlüssel-für-€-ÿÿÿ>>>???",
];

const bytes = (text: string) => Buffer.from(text, "utf8");

/** Where it stands: at the beginning, in a line, behind a line, at the end. */
const surroundings: readonly (readonly [string, string])[] = [
  ["", " behind\n"],
  ["before ", " behind\n"],
  ["a line\r\n", "\nanother"],
  ["before ", ""],
];

function masked(matcher: Matcher, chunks: readonly Uint8Array[]): Buffer {
  const mask = maskWith(matcher);
  return Buffer.concat([...chunks.map((chunk) => mask.write(chunk)), mask.end()]);
}

function cutAt(text: Buffer, place: number): readonly Uint8Array[] {
  return [text.subarray(0, place), text.subarray(place)];
}

const oneByOne = (text: Buffer) => Array.from(text, (byte) => Uint8Array.of(byte));

const matchers = new Map<string, Matcher>();

function matcherOf(value: string): Matcher {
  const matcher = matchers.get(value) ?? buildMatcher([{ name: "N", value: Sensitive.of(value) }]);
  matchers.set(value, matcher);
  return matcher;
}

function streamed(matcher: Matcher, chunks: readonly Uint8Array[]): readonly unknown[] {
  const stream = scanStream(matcher, "f");
  const found = chunks.flatMap((chunk) => stream.write(chunk));
  return [...found, ...stream.end()];
}

/** of all that was found in the tests of this file */
const seen = new Set<string>();

for (const [name, write] of Object.entries(writers)) {
  test(`as ${name}: masked and found wherever it stands, however the bytes come`, () => {
    for (const value of values) {
      const matcher = matcherOf(value);
      const written = write(value);
      for (const [before, behind] of surroundings) {
        const text = Buffer.concat([bytes(before), written, bytes(behind)]);
        const label = `${JSON.stringify(value)} in ${text.toString("latin1")}`;
        const whole = masked(matcher, [text]);
        expect(whole.toString("latin1"), label).toContain("[N]");
        expect(leftOf(whole, text) - before.length - behind.length, label).toBeLessThanOrEqual(slack(name, write));
        const found = scanBytes(matcher, "f", text);
        expect(found.length, label).toBeGreaterThan(0);
        for (const { encoding } of found) seen.add(encoding);
        for (const chunks of [oneByOne(text), ...Array.from(text, (_, place) => cutAt(text, place))]) {
          if (!masked(matcher, chunks).equals(whole)) expect.fail(`${label} masked by ${chunks[0]?.length}`);
          if (!isDeepStrictEqual(streamed(matcher, chunks), found))
            expect.fail(`${label} found by ${chunks[0]?.length}`);
        }
      }
    }
  });
}

test("each form that is looked for is found as what it is, at the beginning, in the middle and at the end", () => {
  for (const value of [...values, "-----BEGIN KEY-----\nQUJDREVGR0hJSktM\nbW5vcHFyc3R1dnd4\n-----END KEY-----\n"]) {
    const matcher = matcherOf(value);
    for (const { encoding, bytes: form } of encodedForms(bytes(value))) {
      for (const [before, behind] of surroundings) {
        const text = Buffer.concat([bytes(before), form, bytes(behind)]);
        const found = scanBytes(matcher, "f", text);
        const at = found.map(({ offset }) => offset);
        expect(at, `${encoding} of ${JSON.stringify(value)} in ${text.toString("latin1")}`).toContain(before.length);
        for (const one of found) seen.add(one.encoding);
        for (let place = 0; place <= text.length; place += 1) {
          if (isDeepStrictEqual(streamed(matcher, cutAt(text, place)), found)) continue;
          expect.fail(`${encoding} of ${JSON.stringify(value)} cut at ${place}`);
        }
      }
    }
  }
});

test("each encoding of the documentation's table is among them, and no other", () => {
  const table = readFileSync(new URL("../../docs/leaks.md", import.meta.url), "utf8")
    .split("| encoding | written by |")[1]
    ?.split("\n\n")[0];
  const told = [...(table ?? "").matchAll(/^\|(?<cell>[^|]+)\|/gm)].flatMap(({ groups }) =>
    [...(groups?.["cell"] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
  const kinds = [...seen].map((encoding) => encoding.replace(/-of-.*/, "-of-…"));
  expect([...new Set(kinds)].toSorted()).toEqual(told.toSorted());
  expect([...seen].filter((encoding) => encoding.includes("-of-")).toSorted()).toEqual([
    "base64-of-base64",
    "base64-of-base64url",
    "base64-of-json",
    "base64-of-url",
    "base64-of-utf16",
    "html-of-json",
    "json-of-base64",
    "url-of-base64",
    "url-of-json",
  ]);
});

const splits: readonly string[] = ["\n", "\r\n", "\u001b[0m"];

for (const [name, write] of Object.entries(writers).filter(([name]) => !name.startsWith("utf16"))) {
  test(`as ${name}: masked and found when it is split at any place, however the bytes come`, () => {
    const value = values[0] ?? "";
    const matcher = buildMatcher([{ name: "N", value: Sensitive.of(value) }]);
    for (const split of splits) {
      for (let at = 1; at < write(value).length; at += 1) {
        const text = bytes(`> ${insert(write(value).toString("latin1"), at, split)} <\n`);
        const label = JSON.stringify(text.toString("latin1"));
        const whole = masked(matcher, [text]);
        expect(whole.toString("latin1"), label).toContain("[N]");
        // in front of a line end up to three bytes of it are shown
        expect(leftOf(whole, text) - 5, label).toBeLessThanOrEqual(slack(name, write) + 3 + split.length);
        expect(masked(matcher, oneByOne(text)).equals(whole), `${label} byte by byte`).toBe(true);
        for (let place = at; place <= at + split.length + 4; place += 1) {
          expect(masked(matcher, cutAt(text, place)).equals(whole), `${label} cut at ${place}`).toBe(true);
        }
        expect(
          scanBytes(matcher, "f", text).some((found) => found.split || slack(name, write) > 0),
          label,
        ).toBe(true);
      }
    }
  });
}

test("a value is masked when it is wrapped at any width from four bytes on", () => {
  for (const value of values) {
    const matcher = buildMatcher([{ name: "N", value: Sensitive.of(value) }]);
    for (let width = 4; width < value.length; width += 1) {
      const text = bytes(`> ${value.match(new RegExp(`.{1,${width}}`, "gs"))?.join("\u001b[K\r\n") ?? ""} <`);
      expect(masked(matcher, [text]).toString(), `${width}`).toBe("> [N] <");
      expect(masked(matcher, oneByOne(text)).toString(), `${width} byte by byte`).toBe("> [N] <");
    }
  }
});

function insert(text: string, at: number, between: string): string {
  return text.slice(0, at) + between + text.slice(at);
}

/** How much is still there. */
function leftOf(output: Buffer, text: Buffer): number {
  const [before = "", behind = ""] = output.toString("latin1").split("[N]");
  const all = text.toString("latin1");
  return all.startsWith(before) && all.endsWith(behind) ? before.length + behind.length : Infinity;
}

/** What stands around the value, and at each edge of base64 the characters that hold bits of both, or of nothing. */
function slack(name: string, write: (value: string) => Buffer): number {
  const around = write("").length;
  return around === 0 && !/base64 of|of base64/.test(name) ? 0 : around + 8;
}
