import { expect, test } from "vitest";
import { dialects, type DialectName } from "#dialect";
import { entry } from "./carried.ts";

/** What can't be carried, and a part of the reason. */
const refused: readonly (readonly [DialectName, string | Uint8Array, string])[] = [
  ["systemd", Buffer.from([0xff]), "not UTF-8"],
  ["systemd", "a\uffff", "noncharacter"],
  ["systemd", "\ufdd0", "noncharacter"],
  ["systemd", "\u{1fffe}", "noncharacter"],
  ["docker", "a\nb", "line feed"],
  ["docker", "a\r", "carriage return"],
  ["docker", "x".repeat(65_534), "64 KiB"],
  ["docker", Buffer.from([0xff]), "not UTF-8"],
  ["compose", Buffer.from([0xff]), "not UTF-8"],
  ["node", "a\rb", "carriage return"],
  ["node", "'\"`", "all three quotes"],
  ["node", "'`\\n", "\\n"],
  ["dotenv", "'\"`", "all three quotes"],
  ["dotenv", "a#b\\", "backslash"],
  ["dotenv", 'a\r"', "carriage return"],
  ["dotenv", "a\r\\n", "carriage return"],
  ["vite", "a\\$b", "\\$"],
  ["vite", "a\rb", "carriage return"],
  ["python", "a\rb", "carriage return"],
  ["python", " a\\", "backslash"],
  ["github", Buffer.from([0xff]), "not UTF-8"],
  ["json", Buffer.from([0xff]), "not UTF-8"],
];

test.each(refused.map(([name, value, reason]) => ({ name, value, reason })))("$name: $reason", (each) => {
  const { name, value, reason } = each;
  const written = dialects[name].write([entry("K", value)]);
  if (written.kind === "written") throw new Error("written");
  expect(written.refusals).toHaveLength(1);
  expect(written.refusals[0]?.reason).toContain(reason);
  expect(written.refusals[0]?.carriers).toContain("k8s");
  expect(written.refusals[0]?.carriers).not.toContain(name);
});

test("names that a consumer keeps for itself are refused there, and not elsewhere", () => {
  expect(dialects.github.write([entry("NODE_OPTIONS", "x")])).toMatchObject({ kind: "refused" });
  expect(dialects.github.write([entry("GITHUB_TOKEN", "x")])).toMatchObject({ kind: "refused" });
  expect(dialects.sh.write([entry("UID", "5")])).toMatchObject({ kind: "refused", refusals: [{ name: "UID" }] });
  expect(dialects.systemd.write([entry("UID", "5")])).toMatchObject({ kind: "written" });
});
