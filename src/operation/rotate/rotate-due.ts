import type { Platform } from "#contract";
import { AppError } from "#kernel";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { activeFreeze } from "../deploy/freeze.ts";
import type { RotationWatcher } from "./watcher.ts";
import { continueRotation, type ContinueResult } from "./continue.ts";
import { rotateSecret } from "./rotate.ts";
import type { RotationPlan } from "./planned.ts";
import { readRecorded, scheduledValues, type ScheduledValue } from "./scheduled.ts";

/** What came of one that was due. */
export type DueOutcome =
  | { readonly kind: "ended"; readonly due: ScheduledValue; readonly result: ContinueResult }
  /** nothing was changed; it is tried again while its window holds */
  | { readonly kind: "refused"; readonly due: ScheduledValue; readonly reason: string };

/**
 * Rotates what is due and may be begun now: one at a time, with nothing else open and in no freeze. Whether it still is, is looked
 * at again when nobody else can be at work, so that of two servers one begins it. What failed once is left to a person.
 */
export async function rotateDue(context: Context, watcher: RotationWatcher): Promise<readonly DueOutcome[]> {
  demand(context, "operator");
  const { platform } = await context.loadPlatform();
  if (platform.schedules.size === 0) return [];
  const outcomes: DueOutcome[] = [];
  for (const due of await findDue(context, platform)) {
    const outcome = await attempt(context, platform, due, watcher);
    if (outcome !== undefined) outcomes.push(outcome);
    if (outcome?.kind !== "refused") return outcomes;
  }
  return outcomes;
}

/** What may be begun, or brought to its end behind an overlap. Nothing where something else is open, or in a freeze. */
function findDue(context: Context, platform: Platform): Promise<readonly ScheduledValue[]> {
  const now = context.clock.now();
  return readEnvironment(context, async (environment) => {
    const recorded = await readRecorded(environment);
    const isBusy = recorded.rotations.some(({ id, state }) => state === "open" && !recorded.overlapping.has(id));
    if (isBusy || (await environment.rollouts.open()) !== undefined) return [];
    if (activeFreeze(platform.freeze, new Date(now)) !== undefined) return [];
    return scheduledValues(platform, recorded, now).filter(
      ({ state, next }) => state === "now" || (state === "overlap" && next <= now),
    );
  });
}

/** Nothing where it is no more to be begun, or somebody is at work. */
async function attempt(
  context: Context,
  platform: Platform,
  due: ScheduledValue,
  watcher: RotationWatcher,
): Promise<DueOutcome | undefined> {
  let late: string | undefined;
  const confirm = async (plan?: RotationPlan): Promise<boolean> => {
    const still = (await findDue(context, platform)).some(
      ({ version, rotation }) => version.id === due.version.id && rotation === due.rotation,
    );
    late = plan && tooLate(context, platform, due, plan);
    return still && late === undefined && watcher.signal?.aborted !== true;
  };
  let begun = false;
  const onRotation = (id: string): void => {
    begun = true;
    watcher.onRotation?.(id);
  };
  try {
    const result = await bring(context, due, { ...watcher, onRotation }, confirm);
    if (result.kind === "left") return undefined;
    if (result.kind !== "cancelled") return { kind: "ended", due, result };
    return late === undefined ? undefined : { kind: "refused", due, reason: late };
  } catch (error) {
    // a rotation that was begun has written down itself why it stays open
    if (begun || !(error instanceof AppError)) throw error;
    return error.code === "LEASE_HELD" ? undefined : { kind: "refused", due, reason: error.message };
  }
}

function bring(
  context: Context,
  { version: { name, scope }, rotation }: ScheduledValue,
  watcher: RotationWatcher,
  confirm: (plan?: RotationPlan) => Promise<boolean>,
): Promise<ContinueResult> {
  if (rotation !== undefined) {
    return continueRotation(context, { ...watcher, name: rotation, confirm: () => confirm() });
  }
  return rotateSecret(context, { ...watcher, name, scope, compromised: false, confirm });
}

/** Why its restarts would not end in time. What is waited for between them may take longer than any window. */
function tooLate(
  { clock }: Context,
  { freeze }: Platform,
  { until }: ScheduledValue,
  { steps }: RotationPlan,
): string | undefined {
  const work = steps.reduce((sum, { takes }) => sum + takes, 0);
  const end = clock.now() + work;
  const takes = `its restarts take about ${Math.ceil(work / 60_000)} min`;
  if (until !== undefined && end > until) return `${takes}, and its window ends before that`;
  return activeFreeze(freeze, new Date(end)) === undefined ? undefined : `${takes}, and a freeze begins before that`;
}
