import type { HttpPlace, Platform } from "#contract";
import { readCallReport, type CallReport, type Dialer } from "#verification";
import type { Context } from "../context.ts";
import { seatsOf } from "./seat.ts";

/** How calls with a secret went, by the presenters' own counts. */
export type CallCount = Omit<CallReport, "since">;

/** What an instance counts behind the last reading before its restart is not seen. Milliseconds. */
const pause = 500;

interface Presenter {
  readonly name: string;
  readonly host: Dialer;
  readonly report: HttpPlace;
}

/** Counts from now until it is ended; `end` gives undefined where no presenter tells of its calls. */
export function watchCalls(
  context: Context,
  platform: Platform,
  secret: string,
): { end(): Promise<CallCount | undefined> } {
  const presenters = presentersOf(context, platform, secret);
  const ended = new AbortController();
  const readings = new Map<string, CallReport[]>();
  const look = async (): Promise<void> => {
    const looked = presenters.map(async ({ name, host, report }) => {
      const told = await readCallReport({ host, report });
      if (told.kind === "read") readings.set(name, withLatest(readings.get(name) ?? [], told.report));
    });
    await Promise.all(looked);
  };
  const watching = (async () => {
    while (presenters.length > 0 && !ended.signal.aborted) {
      await look();
      await context.clock.sleep(pause, ended.signal).catch(() => undefined);
    }
  })();
  return {
    async end() {
      ended.abort();
      await watching;
      if (presenters.length === 0) return undefined;
      await look();
      if (readings.size === 0) return undefined;
      return [...readings.values()].map(callsIn).reduce(sum, none);
    },
  };
}

const none: CallCount = { attached: 0, retried: 0, refused: 0, broken: 0, slowestMs: 0 };

/** Of each run of an instance the first reading and the last one. */
function withLatest(known: readonly CallReport[], report: CallReport): CallReport[] {
  const [before, last] = known.slice(-2);
  const runs = last?.since === report.since && before?.since === report.since ? known.slice(0, -1) : known;
  return [...runs, report];
}

/** What the first run had counted before is not ours. */
function callsIn(readings: readonly CallReport[]): CallCount {
  const [first] = readings;
  const ends = readings.filter((one, index) => one.since !== readings[index + 1]?.since);
  const all = ends.reduce(sum, none);
  if (first === undefined) return all;
  const { attached, retried, refused, broken } = first;
  return {
    attached: all.attached - attached,
    retried: all.retried - retried,
    refused: all.refused - refused,
    broken: all.broken - broken,
    slowestMs: all.slowestMs,
  };
}

function sum(one: CallCount, other: CallCount): CallCount {
  return {
    attached: one.attached + other.attached,
    retried: one.retried + other.retried,
    refused: one.refused + other.refused,
    broken: one.broken + other.broken,
    slowestMs: Math.max(one.slowestMs, other.slowestMs),
  };
}

function presentersOf(context: Context, platform: Platform, secret: string): readonly Presenter[] {
  return seatsOf(context, platform, secret).flatMap(({ name, host, presenting }) => {
    const report = presenting?.report;
    return report === undefined ? [] : [{ name, host, report }];
  });
}
