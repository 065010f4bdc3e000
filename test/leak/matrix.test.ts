import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { buildMatcher, maskWith, scanBytes, scanStream, type Matcher } from "#leak";

/** Of each kind of value: a key, an address with marks in it, one that only quoting changes, one with a slash and a plus. */
const values: readonly string[] = [
  "sk-live-0123456789abcdefghij",
  "postgres://app:p@ss%w0rd@db:5432/a?b=c&d",
  'it\'s "quoted" $HOME `x` <b> \\ end',
  "q+w/e+r/t+y/u+i/o+p/as==",
];

const bytes = (text: string) => Buffer.from(text, "utf8");
const base64 = (text: string) => bytes(text).toString("base64");

/** Written by the platform's own encoders, never by what is tried here. */
const writers: Readonly<Record<string, (value: string) => Buffer>> = {
  literal: bytes,
  "base64 at 0": (value) => bytes(base64(value)),
  "base64 at 1": (value) => bytes(base64(`u${value}`)),
  "base64 at 2": (value) => bytes(base64(`us${value}`)),
  "base64url at 1": (value) => bytes(Buffer.from(`u${value}`).toString("base64url")),
  "base64 with more behind": (value) => bytes(base64(`${value}\n{"more": true}`)),
  hex: (value) => bytes(bytes(value).toString("hex")),
  "hex in capitals": (value) => bytes(bytes(value).toString("hex").toUpperCase()),
  url: (value) => bytes(encodeURIComponent(value)),
  form: (value) => bytes(new URLSearchParams({ "": value }).toString().slice(1)),
  json: (value) => bytes(JSON.stringify(value).slice(1, -1)),
  shell: (value) => bytes(value.replaceAll("'", "'\\''")),
  html: (value) =>
    bytes(value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")),
  utf16: (value) => Buffer.from(value, "utf16le"),
  "utf16 the other way": (value) => Buffer.from(value, "utf16le").swap16(),
  "base64 of utf16": (value) => bytes(Buffer.from(`-x ${value}`, "utf16le").toString("base64")),
  "base64 of base64": (value) => bytes(base64(`auth: ${base64(`user:${value}`)}`)),
  "base64 of json": (value) => bytes(base64(JSON.stringify({ value }))),
  "url of base64": (value) => bytes(encodeURIComponent(base64(`user:${value}`))),
  "json of base64": (value) => bytes(base64(`user:${value}`).replaceAll("/", "\\/")),
  "url of json": (value) => bytes(encodeURIComponent(JSON.stringify({ value }))),
};

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

for (const [name, write] of Object.entries(writers)) {
  test(`as ${name}: masked and found wherever it stands, however the bytes come`, () => {
    for (const value of values) {
      const matcher = buildMatcher([{ name: "N", value: Sensitive.of(value) }]);
      for (const [before, behind] of surroundings) {
        const text = Buffer.concat([bytes(before), write(value), bytes(behind)]);
        const whole = masked(matcher, [text]);
        const label = `${JSON.stringify(value)} in ${text.toString("latin1")}`;
        expect(whole.toString("latin1"), label).toContain("[N]");
        expect(leftOf(whole, text) - before.length - behind.length, label).toBeLessThanOrEqual(slack(write));
        for (let place = 0; place <= text.length; place += 1) {
          expect(masked(matcher, cutAt(text, place)).equals(whole), `${label} cut at ${place}`).toBe(true);
        }
        expect(masked(matcher, oneByOne(text)).equals(whole), `${label} byte by byte`).toBe(true);
        const found = scanBytes(matcher, "f", text);
        expect(found.length, label).toBeGreaterThan(0);
        const stream = scanStream(matcher, "f");
        const streamed = oneByOne(text).flatMap((byte) => stream.write(byte));
        expect([...streamed, ...stream.end()], label).toEqual(found);
      }
    }
  });
}

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
        expect(leftOf(whole, text) - 5, label).toBeLessThanOrEqual(slack(write) + 3 + split.length);
        expect(masked(matcher, oneByOne(text)).equals(whole), `${label} byte by byte`).toBe(true);
        for (let place = at; place <= at + split.length + 4; place += 1) {
          expect(masked(matcher, cutAt(text, place)).equals(whole), `${label} cut at ${place}`).toBe(true);
        }
        expect(
          scanBytes(matcher, "f", text).some((found) => found.split || slack(write) > 0),
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

/** What stands around the value, and at each edge the characters that hold bits of both. */
function slack(write: (value: string) => Buffer): number {
  const around = write("").length;
  return around === 0 ? 0 : around + 8;
}
