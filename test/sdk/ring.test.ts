import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { signToken, tokenRing, verifyToken } from "@keyturn/sdk";

const newKey = () => randomBytes(32).toString("base64url");
const [current, previous, next] = [newKey(), newKey(), newKey()];
const now = new Date("2026-11-30T08:00:00Z");
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const until = "2026-11-30T08:01:00Z";
const year = 365 * 24 * 3600;

/** Of a device that was paired under this key. */
function tokenOf(key: string): string {
  return signToken({ current: key }, "pi-7", { lifetime: year, now });
}

function ringAt(time: Date, environment: Readonly<Record<string, string>>) {
  return tokenRing("KEY", { environment, now: () => time });
}

function signedBy(time: Date, environment: Readonly<Record<string, string>>, key: string): string {
  const verdict = ringAt(time, environment).verify(tokenOf(key));
  return verdict.kind === "valid" ? verdict.signedBy : verdict.reason;
}

test("every key of the ring verifies, and it is told which one it was", () => {
  const environment = { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: until, KEY_NEXT: next };
  expect([current, previous, next, newKey()].map((key) => signedBy(now, environment, key))).toEqual([
    "current",
    "previous",
    "next",
    "signature",
  ]);
});

test("the previous key verifies until its time and no longer, in any zone", () => {
  fc.assert(
    fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }), (limit, seconds) => {
      const there = later(limit).toISOString().replace("Z", "+00:00");
      const environment = { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: there };
      expect(signedBy(later(seconds), environment, previous)).toBe(seconds < limit ? "previous" : "signature");
      expect(signedBy(later(seconds), environment, current)).toBe("current");
    }),
  );
  const east = { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: "2026-11-30T10:00:30+02:00" };
  expect(signedBy(later(29), east, previous)).toBe("previous");
  expect(signedBy(later(30), east, previous)).toBe("signature");
});

test.each([
  ["no time is given", {}],
  ["the time is empty", { KEY_PREVIOUS_UNTIL: "" }],
  ["the time is over", { KEY_PREVIOUS_UNTIL: "2026-11-30T07:59:59Z" }],
])("a previous key verifies nothing where %s", (_, more) => {
  expect(signedBy(now, { KEY: current, KEY_PREVIOUS: previous, ...more }, previous)).toBe("signature");
});

test("the current key alone signs, whatever else the ring has", () => {
  const ring = ringAt(now, { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: until, KEY_NEXT: next });
  const token = ring.sign("pi-7", { lifetime: 60, audience: "devices" });
  expect(verifyToken({ current }, token, { now, audience: "devices" })).toMatchObject({
    kind: "valid",
    subject: "pi-7",
  });
  for (const other of [previous, next])
    expect(verifyToken({ current: other }, token, { now })).toEqual({ kind: "refused", reason: "signature" });
});

test.each([
  ["the key is absent", "key-missing", {}],
  ["the key is a placeholder", "key-missing", { KEY: "change-me" }],
  ["the key is short", "key-short", { KEY: "short-one" }],
  ["the previous key is short", "key-short", { KEY: current, KEY_PREVIOUS: "short-one", KEY_PREVIOUS_UNTIL: until }],
  ["the next key is short", "key-short", { KEY: current, KEY_NEXT: "short-one" }],
  ["the time is a word", "time-malformed", { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: "tomorrow" }],
  ["the time is a day", "time-malformed", { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: "2027-01-31" }],
  ["the time has no zone", "time-malformed", { KEY: current, KEY_PREVIOUS_UNTIL: "2027-01-31T00:00:00" }],
  ["there is no such day", "time-malformed", { KEY: current, KEY_PREVIOUS_UNTIL: "2027-13-31T00:00:00Z" }],
  ["the time is a number", "time-malformed", { KEY: current, KEY_PREVIOUS_UNTIL: "1798675200" }],
] as const)("a ring can't be made where %s, and the reason has no value", (_, code, environment) => {
  let thrown: unknown;
  try {
    ringAt(now, environment);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code });
  for (const value of Object.values(environment)) expect(String(thrown)).not.toContain(value);
});

test("valid tokens are counted under their key, and those that no key signed as refused", () => {
  const ring = ringAt(now, { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: until });
  for (const key of [current, current, previous, newKey()]) ring.verify(tokenOf(key), { from: "10.77.0.4" });
  ring.verify("no token");
  ring.verify(signToken({ current: previous }, "pi-7", { lifetime: 1, now: later(-60) }));
  const seen = (count: number) => ({ count, last: "2026-11-30T08:00:00.000Z", from: "10.77.0.4" });
  expect(ring.report()).toEqual({
    secrets: { KEY: { current: seen(2), previous: seen(1), next: { count: 0 }, refused: seen(1) } },
    since: "2026-11-30T08:00:00.000Z",
  });
  expect(JSON.stringify(ring)).not.toContain(current);
});

test("a reload takes a compromised key's time away at once, and what can't be used changes nothing", () => {
  const environment = { KEY: current, KEY_PREVIOUS: previous, KEY_PREVIOUS_UNTIL: until };
  const ring = ringAt(now, environment);
  expect(ring.verify(tokenOf(previous)).kind).toBe("valid");
  expect(() => ring.reload({ ...environment, KEY_PREVIOUS_UNTIL: "soon" })).toThrow(
    expect.objectContaining({ code: "time-malformed" }),
  );
  ring.reload(environment);
  expect(ring.verify(tokenOf(previous)).kind).toBe("valid");
  expect(ring.report().secrets["KEY"]?.previous.count).toBe(2);
  ring.reload({ KEY: current });
  expect(ring.verify(tokenOf(previous))).toEqual({ kind: "refused", reason: "signature" });
  expect(ring.report().secrets["KEY"]?.previous.count).toBe(0);
});
