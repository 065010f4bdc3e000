import { sameScope } from "#binding";
import type { Platform, RotationSchedule } from "#contract";
import { dueOf } from "#rotation";
import type { EnvironmentStore, Rotation, Version } from "#store";
import { isOverlapping, overlapEnd } from "./overlap.ts";

/** When a stored value is to be replaced, by the manifest. Times in milliseconds since 1970. */
export interface Scheduled {
  readonly by: RotationSchedule["by"];
  /** from then on it is older than it may be */
  readonly due: number;
  /** when it may be begun; of what a person does it is `due` */
  readonly next: number;
  /**
   * `fresh`: not due; `waits`: for its window; `now`: the server may begin it; `person`: due, and a person does it; `returned`: one
   * of this version was taken back, and a person is to look; `open`: it is being rotated; `overlap`: it was, and the value before is
   * forgotten at `next`
   */
  readonly state: "fresh" | "waits" | "now" | "person" | "returned" | "open" | "overlap";
}

export interface ScheduledValue extends Scheduled {
  readonly version: Version;
  /** end of the window that holds, where there is one */
  readonly until?: number;
  /** the one that is open */
  readonly rotation?: string;
}

/** What a store has to say about it. */
export interface Recorded {
  readonly present: readonly Version[];
  readonly rotations: readonly Rotation[];
  /** ids of those that stay open for their overlap alone */
  readonly overlapping: ReadonlySet<string>;
}

/** Rotations that are looked through for one that was taken back. */
const depth = 200;

export async function readRecorded({ values, rotations }: EnvironmentStore): Promise<Recorded> {
  const overlapping = new Set<string>();
  for (const { id } of await rotations.open()) {
    if (isOverlapping(await rotations.entries(id))) overlapping.add(id);
  }
  return { present: await values.present(), rotations: await rotations.latest(depth), overlapping };
}

type Scheduling = Pick<Platform, "schedules" | "services">;

/** Everything that the manifest has a schedule for and the store a value of, in every scope; what is due first comes first. */
export function scheduledValues(platform: Scheduling, recorded: Recorded, now: number): readonly ScheduledValue[] {
  const all = recorded.present.flatMap((version): readonly ScheduledValue[] => {
    const schedule = platform.schedules.get(version.name);
    if (schedule === undefined) return [];
    const own = recorded.rotations.filter((one) => one.name === version.name && sameScope(one.scope, version.scope));
    const open = own.find(({ state }) => state === "open");
    if (open === undefined) return [closedValue(schedule, { version, own, now })];
    return [openValue(platform, schedule, { version, open, now, overlapping: recorded.overlapping.has(open.id) })];
  });
  return all.toSorted((a, b) => a.due - b.due);
}

function closedValue(
  schedule: RotationSchedule,
  { version, own, now }: { readonly version: Version; readonly own: readonly Rotation[]; readonly now: number },
): ScheduledValue {
  const { by } = schedule;
  const { at: due, next } = dueOf(schedule, version.createdAt, now);
  const state = (): Scheduled["state"] => {
    if (now < due) return "fresh";
    if (own.some(({ from, state }) => from === version.id && state === "returned")) return "returned";
    if (by === "person") return "person";
    return next.from <= now ? "now" : "waits";
  };
  const until = next.until === undefined ? {} : { until: next.until };
  return { version, by, due, next: next.from, state: state(), ...until };
}

interface Opened {
  readonly version: Version;
  readonly open: Rotation;
  readonly overlapping: boolean;
  readonly now: number;
}

function openValue(
  { services }: Scheduling,
  schedule: RotationSchedule,
  { version, open, overlapping, now }: Opened,
): ScheduledValue {
  const { by } = schedule;
  const { at: due } = dueOf(schedule, version.createdAt, now);
  const end = overlapEnd(services, open);
  // as if it were due then: what is left to do has its window too
  const { next } = dueOf({ ...schedule, every: 0 }, end, now);
  const waits = overlapping && (by === "keyturn" || end > now);
  return { version, by, due, next: next.from, state: waits ? "overlap" : "open", rotation: open.id };
}
