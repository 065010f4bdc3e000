import { expect, test, vi } from "vitest";
import { readContract, readManifest } from "#contract";

const value = "x7Kf93JdkQ02mVzLpW8sTb1C";

function findings(text: string): string {
  return JSON.stringify(readManifest(text, "keyturn.yaml", { readText: () => undefined }).findings);
}

test.each([
  ["a block scalar's header", `platform: |${value}\n`],
  ["a line behind the document's end", `platform: a\n...\n]${value}\n`],
  ["a tag", `platform: !${value} a\n`],
  ["an alias", `platform: *${value}\n`],
  ["an escape", `platform: "\\${value}"\n`],
  ["a directive", `%${value} 1\n---\nplatform: a\n`],
  ["an unknown field", `platform: a\n${value}: b\nservices: {}\nenvironments: {}\n`],
  ["a service's name", `platform: a\nservices: { "${value}": { ruhntime: x } }\nenvironments: {}\n`],
  ["a value of a wrong form", `platform: "${value} ${value}"\nservices: ${value}\nenvironments: [${value}]\n`],
])("a manifest's finding does not quote %s that is a pasted value", (_, text) => {
  const told = findings(text);
  expect(told).toContain('"severity":"error"');
  expect(told).not.toContain(value);
});

test("what belongs together in YAML is still told", () => {
  expect(findings("a: 1\na: 2\n")).toContain("yaml: map keys must be unique");
  expect(findings("a: {b: 1 c: 2}\n")).toContain("within flow collections");
});

test("a collection as a key puts no warning with its content onto standard error", () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  findings(`? { token: ${value} }\n: 1\n`);
  const warned = warn.mock.calls;
  warn.mockRestore();
  expect(warned).toEqual([]);
});

test("a contract's finding does not quote an unknown decorator that is a pasted value", () => {
  const { findings: found } = readContract(`# @${value}\nA=1\n\n# @${value}\n\nB=1\n`, ".env.example");
  expect(found.length).toBeGreaterThan(0);
  expect(JSON.stringify(found)).not.toContain(value);
  expect(readContract("# @owner=me\nA=1\n", ".env.example").findings[0]?.message).toContain("@owner");
});

test("a divider of a megabyte that ends as something else is read in time", () => {
  const begin = performance.now();
  readContract(`# --${"-".repeat(1_000_000)}x\nA=1\n`, ".env.example");
  expect(performance.now() - begin).toBeLessThan(3000);
});
