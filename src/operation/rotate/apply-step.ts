import type { RolloutOutcome } from "#rollout";
import type { Rotation } from "#store";
import type { Context } from "../context.ts";
import { applyUnder, type ApplyRequest, type ApplyResult } from "../deploy/apply.ts";
import { atOnce } from "../deploy/at-once.ts";
import type { HeldLease } from "../deploy/lease.ts";
import type { RotationWatcher } from "./watcher.ts";
import { reachOf } from "./reach.ts";

/**
 * A rollout over the services of the step with this number, counted from 1, to what the store wants of them now: values
 * alone, and without a question.
 */
export async function applyStep(
  context: Context,
  lease: HeldLease,
  {
    rotation,
    number,
    ...more
  }: Pick<ApplyRequest, "alsoBegin"> & { readonly rotation: Rotation; readonly number: number },
  { onEvent, onBegun, signal }: RotationWatcher,
): Promise<ApplyResult> {
  const step = rotation.steps[number - 1];
  return applyUnder(context, lease, {
    part: await reachOf(context, rotation, step?.services ?? []),
    valuesOnly: true,
    confirm: async () => true,
    onEvent,
    ...(onBegun === undefined ? {} : { onBegun }),
    ...(signal === undefined ? {} : { signal }),
    // what changes together goes in one wave, staged everywhere first
    ...(step?.phase === "swap" ? { waves: { ...atOnce, together: true } } : {}),
    // neither a canary nor a freeze keeps a compromised value in use
    ...(rotation.compromised ? { overrideFreeze: "the value before is compromised" } : {}),
    ...more,
  });
}

/** Why a step's rollout is not done, and where. */
export function outcomeText({ kind, failure }: Exclude<RolloutOutcome, { readonly kind: "done" }>): string {
  return kind === "stopped" ? failure.detail : `${failure.target || failure.host}: ${failure.detail}`;
}
