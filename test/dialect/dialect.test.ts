import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { carriersOf, dialect, dialectNames, dialects } from "#dialect";
import { around, carriedCases, entry, expectedOf, plain } from "./carried.ts";
import { hostileValues, impossibleValues } from "./hostile-value.ts";

describe.each(dialectNames)("%s", (name) => {
  test("what it writes, its own reader reads byte for byte, neighbours intact and without a finding", () => {
    const cases = carriedCases(name, hostileValues);
    expect(cases.length).toBeGreaterThan(Object.keys(hostileValues).length / 2);
    for (const each of cases) {
      const { entries, findings } = dialects[name].read(each.file);
      expect(plain(entries), each.title).toEqual(expectedOf(each));
      expect(findings, each.title).toEqual([]);
    }
  });

  test("any bytes are read back as they were, or refused with a reason", () => {
    fc.assert(
      fc.property(fc.array(hostileBytes(), { minLength: 1, maxLength: 4 }), (values) => {
        const entries = values.map((value, index) => entry(`K${index}`, value));
        const written = dialects[name].write(entries);
        if (written.kind === "written") {
          expect(plain(dialects[name].read(written.bytes.reveal()).entries)).toEqual(plain(entries));
          expect(written.bytes.reveal().at(-1)).toBe(0x0a);
        } else for (const refusal of written.refusals) expect(refusal.carriers).not.toContain(name);
      }),
      { numRuns: 400 },
    );
  });

  test("a simple value stands in the file as it is", () => {
    const written = dialects[name].write([entry("A_1", "abcXYZ019_.:/@%+=,!^-")]);
    if (written.kind !== "written") throw new Error("refused");
    if (name !== "json" && name !== "k8s")
      expect(written.bytes.reveal().toString()).toBe("A_1=abcXYZ019_.:/@%+=,!^-\n");
  });

  test("entries keep their order, and the same entries make the same bytes", () => {
    const entries = ["Z", "A", "M"].map((each) => entry(each, `it is ${each}`));
    const [first, second] = [dialects[name].write(entries), dialects[name].write(entries)];
    if (first.kind !== "written" || second.kind !== "written") throw new Error("refused");
    expect(first.bytes.equals(second.bytes)).toBe(true);
    expect(dialects[name].read(first.bytes.reveal()).entries.map((each) => each.name)).toEqual(["Z", "A", "M"]);
  });

  test("what no environment can carry is refused, with no carrier", () => {
    for (const [title, value] of Object.entries(impossibleValues)) {
      const written = dialects[name].write(around(value));
      expect(written, title).toMatchObject({ kind: "refused", refusals: [{ name: "K", carriers: [] }] });
    }
  });

  test("an invalid name and a name given twice are refused", () => {
    for (const bad of ["", "1A", "A-B", "A B", "Ä", "A=B", "A\nB"]) {
      expect(dialects[name].write([entry(bad, "v")]), bad).toMatchObject({
        kind: "refused",
        refusals: [{ name: bad }],
      });
    }
    const twice = dialects[name].write([entry("A", "1"), entry("B", "2"), entry("A", "3")]);
    expect(twice).toMatchObject({ kind: "refused", refusals: [{ name: "A", reason: "the name is given twice" }] });
  });

  test("no bytes make the reader fail, and no finding quotes them", () => {
    fc.assert(
      fc.property(hostileBytes(200), (bytes) => {
        const marked = Buffer.concat([Buffer.from("c0-ffee "), bytes, Buffer.from(" c0-ffee")]);
        const { findings } = dialects[name].read(marked);
        expect(JSON.stringify(findings)).not.toContain("c0-ffee");
      }),
      { numRuns: 300 },
    );
  });
});

test("a refusal names all dialects that could carry the value", () => {
  const written = dialects.node.write([entry("K", "a\rb")]);
  expect(written).toMatchObject({
    kind: "refused",
    refusals: [{ reason: "it holds a carriage return, which Node drops" }],
  });
  expect(carriersOf(entry("K", "a\rb"))).toEqual([
    "systemd",
    "docker",
    "compose",
    "dotenv",
    "sh",
    "github",
    "k8s",
    "json",
  ]);
  expect(carriersOf(entry("K", Buffer.from([0xff])))).toEqual(["sh", "k8s"]);
});

test("a name that is no dialect gives none", () => {
  expect(dialect("systemd")).toBe(dialects.systemd);
  expect(dialect("toString")).toBeUndefined();
});

/** Text made of what grammars trip over, and now and then any bytes at all. */
function hostileBytes(maxLength = 24): fc.Arbitrary<Uint8Array> {
  const pieces = fc.constantFrom(
    ..."'\"`\\$#=;: \t\n\r{}()nrtabK_-~&|<>\u00a0\u2028é🔑".split(""),
    "${",
    "\\n",
    "\\r",
    "$A",
    "\nB=",
  );
  const text = fc.array(pieces, { maxLength }).map((parts) => Buffer.from(parts.join(""), "utf8"));
  return fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: fc.uint8Array({ maxLength }) });
}
