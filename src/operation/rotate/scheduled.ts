import type { Platform, RotationSchedule } from "#contract";
import { dueOf } from "#rotation";
import type { EnvironmentStore, Rotation, Scope, Version } from "#store";

/** When a stored value is to be replaced, by the manifest. Times in milliseconds since 1970. */
export interface Scheduled {
  readonly by: RotationSchedule["by"];
  /** from then on it is older than it may be */
  readonly due: number;
  /** when it may be begun; of what a person does it is `due` */
  readonly next: number;
  /**
   * `fresh`: not due; `waits`: for its window; `now`: the server may begin it; `person`: due, and a person does it; `returned`: one
   * of this version was taken back, and a person is to look; `open`: it is being rotated
   */
  readonly state: "fresh" | "waits" | "now" | "person" | "returned" | "open";
}

export interface ScheduledValue extends Scheduled {
  readonly version: Version;
  /** end of the window that holds, where there is one */
  readonly until?: number;
}

/** What a store has to say about it. */
export interface Recorded {
  readonly present: readonly Version[];
  readonly rotations: readonly Rotation[];
}

/** Rotations that are looked through for one that was taken back. */
const depth = 200;

export async function readRecorded({ values, rotations }: EnvironmentStore): Promise<Recorded> {
  return { present: await values.present(), rotations: await rotations.latest(depth) };
}

/** Everything that the manifest has a schedule for and the store a value of, in every scope; what is due first comes first. */
export function scheduledValues(
  { schedules }: Pick<Platform, "schedules">,
  { present, rotations }: Recorded,
  now: number,
): readonly ScheduledValue[] {
  const all = present.flatMap((version): readonly ScheduledValue[] => {
    const schedule = schedules.get(version.name);
    if (schedule === undefined) return [];
    const { at, next } = dueOf(schedule, version.createdAt, now);
    const own = rotations.filter((one) => one.name === version.name && isSame(one.scope, version.scope));
    const state = stateOf(schedule, own, { version, due: at, next: next.from, now });
    const until = next.until === undefined ? {} : { until: next.until };
    return [{ version, by: schedule.by, due: at, next: next.from, state, ...until }];
  });
  return all.toSorted((a, b) => a.due - b.due);
}

interface Moment {
  readonly version: Version;
  readonly due: number;
  readonly next: number;
  readonly now: number;
}

function stateOf(
  { by }: RotationSchedule,
  own: readonly Rotation[],
  { version, due, next, now }: Moment,
): Scheduled["state"] {
  if (own.some(({ state }) => state === "open")) return "open";
  if (now < due) return "fresh";
  if (own.some(({ from, state }) => from === version.id && state === "returned")) return "returned";
  if (by === "person") return "person";
  return next <= now ? "now" : "waits";
}

function isSame(one: Scope, other: Scope): boolean {
  return one.service === other.service && one.host === other.host;
}
