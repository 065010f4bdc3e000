import * as fc from "fast-check";
import { expect, test } from "vitest";
import { accepts, secretsReport } from "@keyturn/sdk";

const suffixes = { current: "", previous: "_PREVIOUS", next: "_NEXT" } as const;
type Slot = keyof typeof suffixes;
const order = ["current", "previous", "next"] as const;

/** Letters alone, so that none is by chance a placeholder. */
const secret = fc.stringMatching(/^[a-w]{1,24}$/);
const unset = fc.constantFrom(undefined, "", "change-me", "****", "your-secret");
const given = fc.record({ current: secret, previous: fc.oneof(secret, unset), next: fc.oneof(secret, unset) });

function environmentOf(values: Readonly<Record<Slot, string | undefined>>) {
  return Object.fromEntries(order.map((slot) => [`TOKEN${suffixes[slot]}`, values[slot]]));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && /^[a-w]+$/.test(value);
}

test("each value that is set is accepted under its name, an equal one under the first of current, previous, next", () => {
  fc.assert(
    fc.property(given, (values) => {
      const accepted = accepts("TOKEN", { environment: environmentOf(values) });
      for (const slot of order.filter((one) => isSet(values[one]))) {
        const first = order.find((one) => values[one] === values[slot]);
        expect(accepted.check(values[slot])).toBe(first);
      }
    }),
  );
});

test("nothing else is accepted, and what is not set never by an empty text or by what stands there", () => {
  fc.assert(
    fc.property(given, fc.oneof(secret, unset, fc.string()), (values, presented) => {
      fc.pre(!order.some((slot) => isSet(values[slot]) && values[slot] === presented));
      const accepted = accepts("TOKEN", { environment: environmentOf(values) });
      for (const text of [presented, "", undefined, values.current.slice(1), `${values.current} `]) {
        fc.pre(!order.some((slot) => isSet(values[slot]) && values[slot] === text));
        expect(accepted.check(text)).toBeUndefined();
      }
    }),
  );
});

test.each([
  {},
  { TOKEN: "" },
  { TOKEN: "change-me", TOKEN_NEXT: "a-secret" },
  { TOKEN_PREVIOUS: "a-secret", TOKEN_NEXT: "another" },
])("a door of %j can't be made, and the reason has no value", (environment) => {
  expect(() => accepts("TOKEN", { environment })).toThrow(
    expect.objectContaining({ code: "key-missing", message: "TOKEN has no value: expected a secret" }),
  );
});

test("presentations are counted with time and address; whoever presents nothing is not", () => {
  let now = new Date("2026-11-30T08:00:00Z");
  const accepted = accepts("TOKEN", { environment: { TOKEN: "new", TOKEN_PREVIOUS: "old" }, now: () => now });
  now = new Date("2026-11-30T08:00:01Z");
  accepted.check("new", "10.77.0.4");
  accepted.check("old", "::ffff:10.77.0.5");
  accepted.check("new", "fd00::7");
  accepted.check("wrong", "whatever a header says");
  accepted.check("");
  accepted.check(undefined, "10.77.0.6");
  const last = "2026-11-30T08:00:01.000Z";
  expect(accepted.report()).toEqual({
    secrets: {
      TOKEN: {
        current: { count: 2, last, from: "fd00::7" },
        previous: { count: 1, last, from: "10.77.0.5" },
        next: { count: 0 },
        refused: { count: 1, last },
      },
    },
    since: "2026-11-30T08:00:00.000Z",
  });
});

test("a reload takes all values over at once, and counts begin anew with the values that they are of", () => {
  let now = new Date("2026-11-30T08:00:00Z");
  const accepted = accepts("TOKEN", { environment: { TOKEN: "old", TOKEN_NEXT: "new" }, now: () => now });
  accepted.check("old");
  accepted.check("new");
  now = new Date("2026-11-30T09:00:00Z");
  accepted.reload({ TOKEN: "old", TOKEN_NEXT: "new", OTHER: "x" });
  expect(accepted.report()).toMatchObject({
    secrets: { TOKEN: { current: { count: 1 } } },
    since: "2026-11-30T08:00:00.000Z",
  });
  accepted.reload({ TOKEN: "new" });
  expect(accepted.report()).toMatchObject({
    secrets: { TOKEN: { current: { count: 0 }, next: { count: 0 } } },
    since: "2026-11-30T09:00:00.000Z",
  });
  expect([accepted.check("old"), accepted.check("new")]).toEqual([undefined, "current"]);
});

test("a reload that gives no value is refused and leaves the values and the counts", () => {
  const accepted = accepts("TOKEN", { environment: { TOKEN: "old", TOKEN_PREVIOUS: "older" } });
  accepted.check("old");
  expect(() => accepted.reload({ TOKEN_PREVIOUS: "older" })).toThrow(expect.objectContaining({ code: "key-missing" }));
  expect([accepted.check("old"), accepted.check("older")]).toEqual(["current", "previous"]);
  expect(accepted.report()).toMatchObject({ secrets: { TOKEN: { current: { count: 2 } } } });
});

test("one report has all secrets of a service, since when all of its counts are whole, and no value", () => {
  const at = (time: string) => ({ now: () => new Date(time) });
  const one = accepts("ONE", { environment: { ONE: "s3cret-one" }, ...at("2026-11-30T08:00:00Z") });
  const two = accepts("TWO", { environment: { TWO: "s3cret-two" }, ...at("2026-11-30T08:00:05Z") });
  one.check("s3cret-two", "s3cret-one");
  const report = secretsReport([two, one], "r7");
  expect(Object.keys(report.secrets)).toEqual(["TWO", "ONE"]);
  expect([report.since, report.release]).toEqual(["2026-11-30T08:00:05.000Z", "r7"]);
  expect(secretsReport([one]).release).toBeNull();
  expect(JSON.stringify([report, one, two])).not.toContain("s3cret");
});
