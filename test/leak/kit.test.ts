import { createHash } from "node:crypto";
import { array, assert, nat, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { fitsKit, kitMatcher, kitText, makeKit, parseKit, scanBytes, scanStream, type Kit } from "#leak";
import { findTags, tagOfWindow, tagSet, tagBits, windowLength, windowTable } from "../../src/leak/kit/window-hash.ts";

const secret = Sensitive.of(Buffer.alloc(32, 7));
const value = "Jt0-x8_Zq3LrV1nBm5YcWk7TgHs2PfDaEuIoQwRyNlM";
const options = { madeAt: 0, names: false };

function kitOf(...values: readonly string[]): Kit {
  return makeKit(
    secret,
    values.map((one, at) => ({ name: `SECRET_${at}`, value: Sensitive.of(one), bits: 256 })),
    options,
  );
}

const found = (kit: Kit, text: Uint8Array | string) =>
  scanBytes(kitMatcher(kit), "f", Buffer.from(text)).map(
    ({ encoding, line, column }) => `${encoding} ${line}:${column}`,
  );

test("a value is found as it is, where it stands, also split over lines and coloured", () => {
  const kit = kitOf(value);
  expect(found(kit, `one\nkey = "${value}"`)).toEqual(["literal 2:8"]);
  expect(found(kit, `${value.slice(0, 9)}\r\n${value.slice(9)}`)).toEqual(["literal 1:1"]);
  expect(found(kit, `${value.slice(0, 30)}\u001b[31m${value.slice(30)}`)).toEqual(["literal 1:1"]);
  expect(found(kit, value.replace("x8", "x9"))).toEqual(["literal 1:1"]);
  expect(found(kit, value.replace("Nl", "Nm"))).toEqual([]);
});

const bytesOf = (text: string) => Buffer.from(text, "latin1");
const escaped = (text: string, write: (code: number) => string) =>
  text.replaceAll(/[+/=]/g, (mark) => write(mark.charCodeAt(0)));

/** As programs write a value; `around` stands before and behind it inside of what is encoded as a whole. */
const written: Readonly<Record<string, (value: string, around: string) => Buffer | string>> = {
  base64: (one, around) => bytesOf(around + one + around).toString("base64"),
  "base64 with line ends": (one, around) =>
    bytesOf(around + one + around)
      .toString("base64")
      .replaceAll(/.{20}/g, "$&\n"),
  base64url: (one, around) => bytesOf(around + one + around).toString("base64url"),
  hex: (one, around) => bytesOf(around + one).toString("hex"),
  "hex, upper case": (one, around) =>
    bytesOf(around + one)
      .toString("hex")
      .toUpperCase(),
  "utf16, little": (one) => Buffer.from(one, "utf16le"),
  "utf16, big": (one) => Buffer.from(one, "utf16le").swap16(),
  url: (one, around) => `https://h/?q=${around}&k=${encodeURIComponent(one)}&a=b`,
  "url, lower case": (one) => escaped(one, (code) => `%${code.toString(16)}`),
  "json, slashes": (one, around) => `{"a":"${around}","b":"${one.replaceAll("/", "\\/")}"}`,
  "json, wide": (one) => escaped(one, (code) => `\\u00${code.toString(16)}`),
  javascript: (one) => escaped(one, (code) => `\\x${code.toString(16)}`),
  html: (one) => escaped(one, (code) => `&#${code};`),
  "html, hex": (one) => escaped(one, (code) => `&#x${code.toString(16)};`),
  "base64 of base64": (one, around) => bytesOf(around + bytesOf(one).toString("base64")).toString("base64"),
  "base64 of base64url": (one, around) => bytesOf(around + bytesOf(one).toString("base64url")).toString("base64"),
  "base64 of utf16": (one, around) => Buffer.from(`${around}${one}${around}`, "utf16le").toString("base64"),
  "base64 of json": (one, around) => bytesOf(`{"${around}":"${one.replaceAll("/", "\\/")}"}`).toString("base64"),
  "base64 of url": (one, around) => bytesOf(`${around}&${encodeURIComponent(one)}`).toString("base64"),
  "url of base64": (one, around) => encodeURIComponent(bytesOf(around + one).toString("base64")),
  "json of base64": (one, around) =>
    bytesOf(around + one)
      .toString("base64")
      .replaceAll("/", "\\/"),
};

test("a value is found in every encoding, at every alignment", () => {
  const values = [
    value,
    "p+9/Zk3x0LqVb7TnYcWm5RsHd2GfJaEuIoQwXyNlKt4=",
    `${"0f8c".repeat(8)}91d27be0a4c653f8e07b1d9a2c4f6e80`,
  ];
  for (const one of values) {
    const kit = kitOf(one);
    for (const [name, write] of Object.entries(written)) {
      for (const around of ["", "a", "a:", "a:b"]) {
        const text = Buffer.concat([Buffer.from("k: "), Buffer.from(write(one, around)), Buffer.from(" ;\n")]);
        expect(found(kit, text).length, `${name} of ${one} in ${around}`).toBeGreaterThan(0);
      }
    }
  }
});

test("a stream tells the same, however it is cut", () => {
  const kit = kitOf(value);
  const text = Buffer.from(
    `${"x".repeat(900)} ${Buffer.from(`a:${value}`).toString("base64")}\n${value}\n${"y".repeat(20_000)}${value}`,
  );
  const whole = scanBytes(kitMatcher(kit), "f", text);
  expect(whole).toHaveLength(3);
  assert(
    property(array(nat(text.byteLength), { maxLength: 6 }), (cuts) => {
      const scan = scanStream(kitMatcher(kit), "f");
      const ends = [...cuts.toSorted((a, b) => a - b), text.byteLength];
      const told = ends.flatMap((end, at) => [...scan.write(text.subarray(ends[at - 1] ?? 0, end))]);
      expect([...told, ...scan.end()]).toEqual(whole);
    }),
    { numRuns: 30 },
  );
});

test("the hash rolls: at each place it is that of the window alone", () => {
  const table = windowTable(Buffer.alloc(32, 3));
  assert(
    property(uint8Array({ minLength: windowLength, maxLength: 60 }), nat(44), (bytes, given) => {
      const at = given % (bytes.byteLength - windowLength + 1);
      const tag = tagOfWindow(table, bytes.subarray(at, at + windowLength));
      expect(findTags(table, tagSet([tag]), bytes)).toContainEqual({ tag, end: at + windowLength });
    }),
  );
});

test("a wrong guess passes with a chance of 2^-k, of any k bits that are looked at, and of 48 none of half a million does", () => {
  const table = windowTable(Buffer.alloc(32, 9));
  const real = tagOfWindow(table, Buffer.from(value));
  const guesses = 1 << 19;
  const seen = { lowest: 0, middle: 0, highest: 0, all: 0 };
  const bits = 10;
  const part = (tag: number, from: number) => Math.floor(tag / 2 ** from) % 2 ** bits;
  for (let at = 0; at < guesses; at += 1) {
    const guess = createHash("sha256").update(String(at)).digest("base64url");
    const tag = tagOfWindow(table, Buffer.from(guess));
    if (part(tag, 0) === part(real, 0)) seen.lowest += 1;
    if (part(tag, 19) === part(real, 19)) seen.middle += 1;
    if (part(tag, tagBits - bits) === part(real, tagBits - bits)) seen.highest += 1;
    if (tag === real) seen.all += 1;
  }
  // 512 are expected; four times the deviation of 22.6
  for (const count of [seen.lowest, seen.middle, seen.highest])
    expect(Math.abs(count - guesses / 2 ** bits)).toBeLessThan(91);
  expect(seen.all).toBe(0);
});

test("guesses that differ in one letter are told apart as well as any: nothing of a value shows in the tag of its neighbour", () => {
  const table = windowTable(Buffer.alloc(32, 5));
  const near = Array.from({ length: 1 << 16 }, (_, at) => {
    const guess = Buffer.from(value);
    guess.writeUInt16BE(at, guess.byteLength - 2 - (at % 8));
    return tagOfWindow(table, guess);
  });
  expect(new Set(near.map((tag) => tag % 2 ** 32)).size).toBeGreaterThan(0.98 * new Set(near).size);
});

test("a kit has values of which 80 bits are left, in one line, and nothing of any other", () => {
  const fits = (text: string, bits: number) => fitsKit({ name: "A", value: Sensitive.of(text), bits });
  expect(fits(value, 128)).toBe(true);
  expect(fits(value, 127)).toBe(false);
  expect(fits(`${value}\n${value}`, 512)).toBe(false);
  expect(fits("shortButRandom", 200)).toBe(false);
  const guessable = makeKit(secret, [{ name: "PIN", value: Sensitive.of("correct-horse-battery"), bits: 40 }], options);
  expect(guessable).toEqual(kitOf());
});

test("two kits tell no more than one, and neither their order nor their number tells of the values", () => {
  const others = Array.from({ length: 40 }, (_, at) => createHash("sha256").update(`${at}`).digest("base64url"));
  const kit = kitOf(value, ...others);
  expect(kitOf(...others.toReversed(), value).tags).toEqual(kit.tags);
  expect(kit.tags).toEqual(kit.tags.toSorted((a, b) => a - b));
  expect(kit.tags).toHaveLength(64);
  expect(kitOf(value).tags).toHaveLength(64);
  const table = windowTable(kit.key);
  const own = [value, ...others].map((one) => tagOfWindow(table, Buffer.from(one)));
  expect(kit.tags.filter((tag) => own.includes(tag))).toHaveLength(41);
  // those that stand for no value are the same in both, but for the places that values took
  expect(kitOf(value).tags.filter((tag) => kit.tags.includes(tag))).toHaveLength(64 - 40);
});

test("a kit's file is read back as it was written; what is none is refused", () => {
  const kit = makeKit(secret, [{ name: "A", value: Sensitive.of(value), bits: 256 }], { madeAt: 1000, names: true });
  const text = kitText(kit);
  expect(parseKit(text)).toEqual(kit);
  expect(text).not.toContain(value.slice(-windowLength));
  const changed = {
    format: "keyturn scan kit 2",
    window: 8,
    bits: 40,
    key: "short",
    tags: ["x"],
    lengths: [1e9],
    made: "?",
  };
  for (const [field, other] of Object.entries(changed)) {
    expect(parseKit(JSON.stringify({ ...(JSON.parse(text) as object), [field]: other })), field).toBeUndefined();
  }
  expect(parseKit("no kit")).toBeUndefined();
  expect(parseKit("null")).toBeUndefined();
});
