import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  actorFrom,
  canonicalBytes,
  entryLeaf,
  entryOf,
  rootOf,
  verifyLog,
  type AuditEntry,
  type NewAuditEntry,
} from "#audit";

const text = fc.string({ unit: "binary", maxLength: 12 });
const newEntry: fc.Arbitrary<NewAuditEntry> = fc
  .record({
    actor: fc.record({ name: text }),
    action: text,
    environment: fc.option(text, { nil: undefined }),
    subject: text,
    detail: fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean(), fc.array(text, { maxLength: 3 }))),
  })
  .map(({ environment, ...rest }) => ({ ...rest, ...(environment === undefined ? {} : { environment }) }));

function logOf(count: number): AuditEntry[] {
  const actor = { name: "anna@ops1" };
  return Array.from({ length: count }, (_, index) =>
    entryOf({ actor, action: "value.set", subject: `NAME_${index}`, detail: { version: index } }, index + 1, 1000),
  );
}
const headOf = (log: readonly AuditEntry[]) => ({ size: log.length, root: rootOf(log.map((entry) => entry.leaf)) });

test("an entry keeps its leaf after a way through JSON, whatever its text", () => {
  fc.assert(
    fc.property(newEntry, (entry) => {
      const full = entryOf(entry, 7, 1000);
      const back = JSON.parse(JSON.stringify(full)) as AuditEntry;
      expect(entryLeaf(back)).toBe(full.leaf);
      expect(JSON.stringify(full)).not.toContain("\\u0000");
    }),
  );
});

test("the order in which details were named doesn't change the bytes, a changed detail does", () => {
  const base = { seq: 1, at: 2, actor: { name: "a" }, action: "x.y", subject: "s" };
  const one = canonicalBytes({ ...base, detail: { a: 1, b: "2" } });
  expect(canonicalBytes({ ...base, detail: { b: "2", a: 1 } }).equals(one)).toBe(true);
  expect(canonicalBytes({ ...base, detail: { a: "1", b: "2" } }).equals(one)).toBe(false);
  expect(canonicalBytes({ ...base, environment: "", detail: { a: 1, b: "2" } }).equals(one)).toBe(false);
});

test("a whole log is sound, also an empty one", async () => {
  for (const count of [0, 1, 2, 9]) {
    const log = logOf(count);
    expect(await verifyLog(log, headOf(log))).toEqual({ kind: "sound", head: headOf(log) });
  }
});

test("a changed entry is named", async () => {
  const log = logOf(9);
  const changed = log.map((entry) => (entry.seq === 4 ? { ...entry, subject: "OTHER" } : entry));
  expect(await verifyLog(changed, headOf(log))).toMatchObject({ kind: "broken", seq: 4 });
});

test("an entry cut out of the middle, the beginning or the end is named", async () => {
  const log = logOf(9);
  for (const seq of [1, 5, 9]) {
    const cut = log.filter((entry) => entry.seq !== seq);
    expect(await verifyLog(cut, headOf(log))).toMatchObject({ kind: "broken", seq });
  }
});

test("an entry rewritten together with its leaf contradicts the head, and a witness narrows it down", async () => {
  const log = logOf(9);
  const forged = log.map((entry) => (entry.seq === 6 ? entryOf({ ...entry, subject: "OTHER" }, 6, entry.at) : entry));
  expect(await verifyLog(forged, headOf(log))).toMatchObject({ kind: "broken", seq: 1 });
  const witnessed = [headOf(log.slice(0, 5)), headOf(log.slice(0, 6))];
  expect(await verifyLog(forged, headOf(log), witnessed)).toMatchObject({ kind: "broken", seq: 6 });
  // a log forged together with its own head still contradicts what a host kept
  expect(await verifyLog(forged, headOf(forged))).toMatchObject({ kind: "sound" });
  expect(await verifyLog(forged, headOf(forged), witnessed)).toMatchObject({ kind: "broken", seq: 6 });
});

test("newest entries dropped together with the head show against a witness", async () => {
  const log = logOf(9);
  const short = log.slice(0, 7);
  expect(await verifyLog(short, headOf(short), [headOf(log)])).toMatchObject({ kind: "broken", seq: 8 });
});

test("entries beyond the head are not covered by it", async () => {
  const log = logOf(9);
  expect(await verifyLog(log, headOf(log.slice(0, 7)))).toMatchObject({ kind: "broken", seq: 8 });
});

test("an actor is the account at a machine, with who is behind sudo first", () => {
  expect(actorFrom({ user: "anna", host: "ops1" }).name).toBe("anna@ops1");
  expect(actorFrom({ user: "root", sudoUser: "anna", host: "ops1" }).name).toBe("anna (root by sudo)@ops1");
  expect(actorFrom({ user: "anna", sudoUser: "", host: "ops1" }).name).toBe("anna@ops1");
  expect(actorFrom({ user: "anna", host: "ops1", from: "2001:db8::7" }).name).toBe("anna@ops1 from 2001:db8::7");
  expect(actorFrom({ user: "anna", host: "ops1", from: "x) \n@" }).name).toBe("anna@ops1 from x????");
  expect(actorFrom({ user: "a\nb", sudoUser: "x) @", host: "o p" }).name).toBe("x??? (a?b by sudo)@o?p");
});
