import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readContract, readManifest, scanCode } from "#contract";
import { dialectNames, dialects } from "#dialect";
import { makeRecord } from "#host";
import { Sensitive } from "#kernel";

/** Names that an object has already, which a text may use like any other. */
const inherited = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "__defineGetter__",
);

test("every dialect carries or refuses names that objects have, and hands back what it was given", () => {
  fc.assert(
    fc.property(inherited, fc.constantFrom(...dialectNames), (name, which) => {
      const written = dialects[which].write([{ name, value: Sensitive.of("planted") }]);
      if (written.kind !== "written") return;
      const read = dialects[which].read(written.bytes.reveal());
      expect(read.entries.map((entry) => [entry.name, entry.value.reveal().toString()])).toEqual([[name, "planted"]]);
    }),
  );
  expectClean();
});

test("contract and code name them like any other", () => {
  fc.assert(
    fc.property(inherited, (name) => {
      const contract = readContract(`# @type=port\n${name}=8080\n`, ".env.example");
      expect(contract.variables.map((variable) => variable.name)).toEqual([name]);
      const uses = scanCode([{ path: "a.ts", text: `console.log(process.env.${name})` }]);
      expect(uses.every((use) => use.name === name)).toBe(true);
    }),
  );
  expectClean();
});

test("in a manifest they are unknown fields, services, hosts and environments like any other", () => {
  const texts = fc
    .tuple(inherited, inherited)
    .map(([a, b]) => [
      `platform: p\nenvironments:\n  ${a}:\n    hosts: { ${b}: {} }\nservices:\n  ${b}: { ${a}: { polluted: true } }\n`,
      `${a}: { polluted: true }\n`,
      `environments: { prod: { hosts: { h: {} }, services: { ${a}: { ${b}: { polluted: true } } } } }\nservices: {}\n`,
    ]);
  fc.assert(
    fc.property(texts, inherited, (all, environment) => {
      for (const text of all) {
        const result = readManifest(text, "keyturn.yaml", { environment, readText: () => "" });
        expect(result.platform !== undefined || result.findings.length > 0).toBe(true);
      }
    }),
  );
  expectClean();
});

test("a record keeps them", () => {
  fc.assert(
    fc.property(inherited, (name) => {
      const variables = [{ name, value: Sensitive.of("x") }];
      const record = makeRecord({ release: "r1", digest: "ab", salt: "cd", variables });
      expect(record.variables.map((one) => one.name)).toEqual([name]);
    }),
  );
});

function expectClean(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
}
