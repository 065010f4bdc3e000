import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quietFor, type Quiet, type Reading } from "#verification";

/** What happens to one verifier, by the true time; a report is asked for, written and there. */
interface Life {
  readonly seen: readonly number[];
  readonly restarts: readonly number[];
  readonly reports: readonly (readonly [asked: number, written: number, answered: number])[];
  /** how far its clock is off */
  readonly skew: number;
}

const moment = fc.integer({ min: 1, max: 200 });

const life: fc.Arbitrary<Life> = fc.record({
  seen: fc.array(moment, { maxLength: 12 }),
  restarts: fc.array(moment, { maxLength: 3 }),
  reports: fc.array(fc.tuple(fc.nat(20), fc.nat(5), fc.nat(5)), { maxLength: 12 }).map((gaps) => {
    let time = 0;
    return gaps.map(([gap, before, behind]) => {
      const asked = time + gap;
      time = asked + before + behind;
      return [asked, asked + before, time] as const;
    });
  }),
  skew: fc.integer({ min: -1_000_000, max: 1_000_000 }),
});

function readingsOf({ seen, restarts, reports, skew }: Life, instance = "backend@app1"): readonly Reading[] {
  return reports.map(([asked, written, answered]) => {
    const began = Math.max(0, ...restarts.filter((time) => time <= written));
    const count = seen.filter((time) => time > began && time <= written).length;
    return { instance, asked, answered, count, since: new Date(1e12 + began + skew).toISOString() };
  });
}

describe("the quiet of a verifier", () => {
  test("holds no moment in which it saw the old value", () => {
    fc.assert(
      fc.property(life, (drawn) => {
        for (const { since, until } of quietFor(readingsOf(drawn)).values()) {
          expect(since).toBeLessThanOrEqual(until);
          expect(drawn.seen.filter((time) => time > since && time < until)).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("begins no later than with the first report behind the last time that it saw it or was restarted", () => {
    fc.assert(
      fc.property(life, (drawn) => {
        const last = Math.max(0, ...drawn.seen, ...drawn.restarts);
        const settled = drawn.reports.filter(([, written]) => written >= last);
        const [first] = settled;
        if (first === undefined) return;
        const quiet = quietFor(readingsOf(drawn)).get("backend@app1");
        expect(quiet?.since).toBeLessThanOrEqual(first[2]);
        if (settled.length > 1) expect(quiet?.until).toBe(settled.at(-1)?.[0]);
      }),
      { numRuns: 2000 },
    );
  });

  test("is the same whatever its clock says", () => {
    fc.assert(
      fc.property(life, (drawn) => {
        expect(quietFor(readingsOf({ ...drawn, skew: 0 }))).toEqual(quietFor(readingsOf(drawn)));
      }),
    );
  });

  test("is its own: what others saw is no matter", () => {
    fc.assert(
      fc.property(life, life, (one, other) => {
        const [a, b] = [readingsOf(one, "a"), readingsOf(other, "b")];
        const mixed = [...a, ...b].toSorted((x, y) => x.asked - y.asked);
        expect(quietFor(mixed)).toEqual(new Map([...quietFor(a), ...quietFor(b)]));
      }),
    );
  });

  test("is no longer where reports between were not read", () => {
    fc.assert(
      fc.property(life, fc.infiniteStream(fc.boolean()), (drawn, read) => {
        const readings = readingsOf(drawn);
        const fewer = readings.filter((_, index) => read.next().value === true || index === readings.length - 1);
        const [all, known] = [readings, fewer].map((some) => lengthOf(quietFor(some).get("backend@app1")));
        expect(known).toBeLessThanOrEqual(all ?? 0);
      }),
    );
  });

  test("begins with the report that told of a restart, whatever the counts are", () => {
    const at = (asked: number, count: number, since: string): Reading => {
      return { instance: "a", asked, answered: asked + 1, count, since };
    };
    const first = "2026-01-01T00:00:00.000Z";
    expect(quietFor([at(0, 3, first), at(10, 3, first), at(20, 3, first)]).get("a")).toEqual({ since: 1, until: 20 });
    expect(quietFor([at(0, 3, first), at(10, 3, "2026-01-01T00:00:05.000Z")]).get("a")).toEqual({
      since: 11,
      until: 11,
    });
    expect(quietFor([at(0, 0, first), at(10, 0, "2025-01-01T00:00:00.000Z")]).get("a")).toEqual({
      since: 11,
      until: 11,
    });
    expect(quietFor([at(0, 3, first), at(10, 2, first)]).get("a")).toEqual({ since: 11, until: 11 });
    expect(quietFor([])).toEqual(new Map());
  });
});

function lengthOf(quiet: Quiet | undefined): number {
  return quiet === undefined ? 0 : quiet.until - quiet.since;
}
