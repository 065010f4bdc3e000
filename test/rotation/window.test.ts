import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readManifest, type RotationWindow } from "#contract";
import { dueOf } from "#rotation";
import { nextOpening } from "../../src/rotation/window.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** As the manifest's own reader has it. */
function windowOf(text: string): RotationWindow {
  const manifest = `platform: shop
services:
  api: { contract: .env.example, runtime: process, command: [node, main.js], directory: . }
environments: { local: { hosts: { here: local } } }
secrets: { TOKEN: { rotate: { every: 90d, window: "${text}" } } }
`;
  const { platform, findings } = readManifest(manifest, "keyturn.yaml", {
    readText: () => "# @sensitive @generate=uuid\nTOKEN=\n",
  });
  const window = platform?.schedules.get("TOKEN")?.window;
  if (window === undefined) throw new Error(findings.map(({ message }) => message).join("\n"));
  return window;
}

function opening(text: string, now: string): readonly string[] {
  const { from, until } = nextOpening(windowOf(text), Date.parse(now));
  return [from, until].map((at) => new Date(at).toISOString().replace(":00.000Z", "Z"));
}

const berlin = "Sun 02:00-05:00 Europe/Berlin";

test("in the window it is the one that holds, from its first moment to the one before its end", () => {
  const present = ["2026-11-29T01:00Z", "2026-11-29T04:00Z"];
  const next = ["2026-12-06T01:00Z", "2026-12-06T04:00Z"];
  expect(opening(berlin, "2026-11-29T00:59:59Z")).toEqual(present);
  expect(opening(berlin, "2026-11-29T01:00:00Z")).toEqual(present);
  expect(opening(berlin, "2026-11-29T03:59:59Z")).toEqual(present);
  expect(opening(berlin, "2026-11-29T04:00:00Z")).toEqual(next);
  expect(opening(berlin, "2026-12-02T12:00:00Z")).toEqual(next);
});

test("without a zone it is UTC, without days every day, and it may run over midnight", () => {
  expect(opening("22:00-04:00", "2026-11-30T01:00:00Z")).toEqual(["2026-11-29T22:00Z", "2026-11-30T04:00Z"]);
  expect(opening("Sat,Sun 22:00-04:00", "2026-11-30T01:00:00Z")).toEqual(["2026-11-29T22:00Z", "2026-11-30T04:00Z"]);
  expect(opening("Sat,Sun 22:00-04:00", "2026-11-30T04:00:00Z")).toEqual(["2026-12-05T22:00Z", "2026-12-06T04:00Z"]);
  expect(opening("Fri-Mon 10:00-24:00", "2026-12-01T12:00:00Z")).toEqual(["2026-12-04T10:00Z", "2026-12-05T00:00Z"]);
});

test("where the clock jumps forward a window is shorter, and one that falls into the jump is left out", () => {
  expect(opening(berlin, "2026-03-29T00:00:00Z")).toEqual(["2026-03-29T01:00Z", "2026-03-29T03:00Z"]);
  expect(opening("Sun 02:30-05:00 Europe/Berlin", "2026-03-28T22:30:00Z")).toEqual([
    "2026-03-29T01:00Z",
    "2026-03-29T03:00Z",
  ]);
  expect(opening("Sun 02:00-03:00 Europe/Berlin", "2026-03-29T00:00:00Z")).toEqual([
    "2026-04-05T00:00Z",
    "2026-04-05T01:00Z",
  ]);
});

test("where it jumps back a window is longer, and what is shown twice is meant the first time", () => {
  expect(opening(berlin, "2026-10-25T00:00:00Z")).toEqual(["2026-10-25T00:00Z", "2026-10-25T04:00Z"]);
  expect(opening("Sun 02:15-02:45 Europe/Berlin", "2026-10-24T23:00:00Z")).toEqual([
    "2026-10-25T00:15Z",
    "2026-10-25T00:45Z",
  ]);
  expect(opening("Sun 02:15-02:45 Europe/Berlin", "2026-10-25T01:20:00Z")).toEqual([
    "2026-11-01T01:15Z",
    "2026-11-01T01:45Z",
  ]);
  expect(opening("Sun 01:45-02:15 Australia/Lord_Howe", "2026-04-04T12:00:00Z")).toEqual([
    "2026-04-04T14:45Z",
    "2026-04-04T15:45Z",
  ]);
});

test("no window opens sooner than the one that is found, whatever the zone", () => {
  const zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"];
  const window = fc
    .record({
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      from: fc.integer({ min: 0, max: 23 * 60 }),
      length: fc.integer({ min: 180, max: 600 }),
      zone: fc.constantFrom(...zones),
    })
    .map(({ length, ...rest }): RotationWindow => ({ ...rest, until: (rest.from + length) % (24 * 60) }));
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
  fc.assert(
    fc.property(window, moment, (one, now) => {
      const { from, until } = nextOpening(one, now);
      // what is shown twice is told apart by the cases above
      fc.pre(offsetOf(one.zone, now - day) === offsetOf(one.zone, until + day));
      expect(until).toBeGreaterThan(Math.max(now, from));
      expect(isShown(one, from) && isShown(one, until - 1)).toBe(true);
      for (let at = now; at < from; at += 29 * 60_000) expect(isShown(one, at), new Date(at).toISOString()).toBe(false);
      expect(nextOpening(one, until).from).toBeGreaterThanOrEqual(until);
    }),
    { numRuns: 60 },
  );
});

function offsetOf(timeZone: string, at: number): string {
  return new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).format(at).replace(/^.*GMT/u, "");
}

/** By what a clock on the wall shows there, and by nothing else. */
function isShown({ days, from, until, zone }: RotationWindow, at: number): boolean {
  const text = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
  const [, name = "", hours = "", minutes = ""] = /^(\w{3}),? (\d\d):(\d\d)$/u.exec(text) ?? [];
  const today = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(name);
  const minute = Number(hours) * 60 + Number(minutes);
  if (from < until) return days.includes(today) && minute >= from && minute < until;
  return (days.includes(today) && minute >= from) || (days.includes((today + 6) % 7) && minute < until);
}

test("a value is due when it is older than it may be, and begun in the first window from then", () => {
  const created = Date.parse("2026-09-01T12:00:00Z");
  const schedule = { every: 90 * day, by: "keyturn", window: windowOf(berlin) } as const;
  const early = dueOf(schedule, created, created + day);
  expect(early.at).toBe(Date.parse("2026-11-30T12:00:00Z"));
  expect(early.next.from).toBe(Date.parse("2026-12-06T01:00:00Z"));
  const inside = Date.parse("2026-12-06T02:30:00Z");
  expect(dueOf(schedule, created, inside).next).toEqual({ from: inside, until: Date.parse("2026-12-06T04:00:00Z") });
  expect(dueOf(schedule, created, inside + 2 * hour).next.from).toBe(Date.parse("2026-12-13T01:00:00Z"));
  // a clock that was an hour ahead when it was made, and one that is an hour behind now
  expect(dueOf(schedule, created + hour, created).at).toBe(early.at + hour);
});
