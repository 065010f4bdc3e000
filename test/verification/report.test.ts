import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callReport, secretReport } from "../../src/verification/report.ts";

const none = { count: 0 };
const since = "2026-11-22T12:00:00.000Z";
const full = {
  secrets: {
    TOKEN: {
      current: { count: 12, last: "2026-11-22T12:30:00.000Z", from: "10.77.0.4" },
      previous: { count: 3, last: "2026-11-22T12:10:00Z", from: "fd00::7" },
      next: { count: 0 },
      refused: { count: 1 },
    },
  },
  since,
  release: "r7",
};

describe("a verifier's report", () => {
  test("tells of each value how often it came, when last, and from where", () => {
    expect(secretReport(full, "TOKEN")).toEqual({ ...full.secrets.TOKEN, since, release: "r7" });
  });

  test("may leave out a value that it was never given, and have more than is asked for", () => {
    const told = { secrets: { TOKEN: { current: { count: 1, more: {} } }, OTHER: 5 }, since, release: null, more: [] };
    expect(secretReport(told, "TOKEN")).toEqual({
      current: { count: 1 },
      previous: none,
      next: none,
      refused: none,
      since,
    });
  });

  test.each([
    ["of another secret", { ...full, secrets: { OTHER: full.secrets.TOKEN } }],
    ["without its beginning", { secrets: full.secrets }],
    ["with a count that is none", { since, secrets: { TOKEN: { current: { count: -1 } } } }],
    ["with a count as text", { since, secrets: { TOKEN: { current: { count: "1" } } } }],
    ["with more than can be counted", { since, secrets: { TOKEN: { current: { count: 1e300 } } } }],
    ["with a list of values", { since, secrets: { TOKEN: [] } }],
    ["of another form", [full]],
    ["that is nothing", null],
  ])("%s is none", (_, told) => {
    expect(secretReport(told, "TOKEN")).toBeUndefined();
  });

  test("of a name that objects have anyway is none", () => {
    expect(secretReport({ secrets: {}, since }, "constructor")).toBeUndefined();
    expect(secretReport(JSON.parse('{"secrets":{"__proto__":{"current":{"count":1}}}}'), "TOKEN")).toBeUndefined();
  });

  test("passes no text on that is no time, address or label", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("\u001B[31m", "10.0.0.1\n", "r7 ", `${since}\u001B]0;x`, "hunter2"),
    );
    fc.assert(
      fc.property(text, text, text, (last, from, release) => {
        const told = { secrets: { TOKEN: { current: { count: 1, last, from } } }, since, release };
        const shown = JSON.stringify(secretReport(told, "TOKEN"));
        expect(shown).toMatch(/^[\w\s".,:{}[\]+-]*$/);
        expect(shown).not.toContain("hunter2");
      }),
    );
  });

  test("of any form gives numbers that count, or nothing", () => {
    const odd = fc.oneof(fc.jsonValue(), fc.double(), fc.integer());
    const told = fc.record({
      secrets: fc.record({ TOKEN: fc.record({ current: fc.record({ count: odd }), next: odd }) }),
      since: fc.constant(since),
    });
    fc.assert(
      fc.property(told, (drawn) => {
        const { current, next } = secretReport(drawn, "TOKEN") ?? { current: none, next: none };
        for (const { count } of [current, next]) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      }),
    );
  });
});

describe("a presenter's report", () => {
  const told = { attached: 40, retried: 2, refused: 0, broken: 1, slowestMs: 310, since };

  test("tells how its calls went", () => {
    expect(callReport({ ...told, release: "r7", inHand: 3 })).toEqual(told);
  });

  test("counts a call that nobody was free for among the lost", () => {
    expect(callReport({ ...told, busy: 2 })).toEqual({ ...told, broken: 3 });
  });

  test("may leave out what says nothing of losses", () => {
    expect(callReport({ attached: 1, refused: 0, broken: 0, since })).toEqual({
      attached: 1,
      retried: 0,
      refused: 0,
      broken: 0,
      slowestMs: 0,
      since,
    });
  });

  test.each(["attached", "refused", "broken", "since"])("without %s is none", (name) => {
    expect(callReport({ ...told, [name]: undefined })).toBeUndefined();
  });
});
