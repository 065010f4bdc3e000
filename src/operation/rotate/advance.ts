import { AppError } from "#kernel";
import type { Rotation } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import type { ApplyRequest, ApplyResult } from "../deploy/apply.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import type { HeldLease } from "../deploy/lease.ts";
import { resumeUnder } from "../deploy/resume.ts";
import { applyStep, outcomeText } from "./apply-step.ts";
import { watchCalls, type CallCount } from "./call-watch.ts";
import { finishRotation } from "./finish.ts";
import { goBack } from "./go-back.ts";
import { oneValueOf } from "./one-value.ts";
import { proveStep } from "./prove.ts";
import { withinScope } from "./reach.ts";
import { note, noted, openRotation, type NewEntry } from "./rotation-record.ts";
import type { RotateEnd, RotateResult } from "./rotate-end.ts";
import type { RotationWatcher } from "./watcher.ts";
import { windowsOf } from "./window.ts";

/** Goes on from wherever the rotation is, and counts the calls meanwhile. */
export async function advance(
  context: Context,
  lease: HeldLease,
  id: string,
  watcher: RotationWatcher,
): Promise<RotateResult> {
  const { rotation } = await openRotation(context, id);
  const { platform } = await loadDeployed(context);
  const watch = watchCalls(context, withinScope(platform, rotation.scope), rotation.name);
  const [result] = await Promise.allSettled([noted(context, id, () => stepOrReturn(context, lease, id, watcher))]);
  const calls = await watch.end();
  if (calls !== undefined) await note(context, await lastOf(context, rotation), [callEntry(calls)]);
  if (result.status === "rejected") throw result.reason;
  return calls === undefined ? result.value : { ...result.value, calls };
}

/** As it is now, also when it has ended. */
async function lastOf(context: Context, rotation: Rotation): Promise<Rotation> {
  return (await inEnvironment(context, ({ rotations }) => rotations.find(rotation.id))) ?? rotation;
}

function callEntry({ attached, retried, refused, broken, slowestMs }: CallCount): NewEntry {
  const lost = `${refused} refused, ${broken} broken`;
  const detail = `${attached} calls went through, ${lost}, ${retried} tried elsewhere, the slowest ${slowestMs} ms`;
  return { kind: "calls", subject: "", detail };
}

/** A value that another system takes alone is in nobody's hands before its step: it does not wait for a person there. */
async function stepOrReturn(
  context: Context,
  lease: HeldLease,
  id: string,
  watcher: RotationWatcher,
): Promise<RotateEnd> {
  const end = await stepOn(context, lease, id, watcher);
  if (end.kind !== "held" || end.rotation.step > 0) return end;
  const isAlone = (await oneValueOf(context, end.rotation)) !== undefined;
  return isAlone ? goBack(context, lease, end.rotation, { watcher, reason: end.reason, to: 0 }) : end;
}

/** What was rolled out and not proved is proved first. */
async function stepOn(context: Context, lease: HeldLease, id: string, watcher: RotationWatcher): Promise<RotateEnd> {
  for (;;) {
    const { rotation, proved } = await openRotation(context, id);
    const { step, steps } = rotation;
    if (watcher.signal?.aborted) return { kind: "held", rotation, reason: "stopped by the operator" };
    if (proved && step === steps.length) return finishRotation(context, lease, rotation, watcher);
    const held = proved
      ? await bring(context, lease, { ...rotation, step: step + 1 }, watcher)
      : await settle(context, lease, rotation, watcher);
    if (held !== undefined) return held;
  }
}

/** The store wants the step from here on, and its rollout brings it. */
async function bring(
  context: Context,
  lease: HeldLease,
  rotation: Rotation,
  watcher: RotationWatcher,
): Promise<RotateEnd | undefined> {
  const { id, step, steps } = rotation;
  const { phase = "forget", services = [] } = steps[step - 1] ?? {};
  watcher.onEvent({ kind: "rotation-step", number: step, of: steps.length, phase, services });
  await inEnvironment(context, ({ rotations }) => rotations.move(id, step));
  return settle(context, lease, rotation, watcher);
}

/** Rolls the present step out, as far as it isn't, and proves it. */
async function settle(
  context: Context,
  lease: HeldLease,
  rotation: Rotation,
  watcher: RotationWatcher,
): Promise<RotateEnd | undefined> {
  const { step, steps } = rotation;
  let applied: ApplyResult;
  try {
    applied = await rollOutStep(context, lease, rotation, watcher);
  } catch (error) {
    // nothing was begun, unless a rollout of it is open by now
    await leaveStep(context, rotation);
    if (!(error instanceof AppError)) throw error;
    return { kind: "held", rotation: (await openRotation(context, rotation.id)).rotation, reason: error.message };
  }
  if ("outcome" in applied && applied.outcome.kind !== "done") {
    const { outcome } = applied;
    const { rotation: now } = await openRotation(context, rotation.id);
    return { kind: "held", rotation: now, reason: outcomeText(outcome), outcome };
  }
  if (steps[step - 1]?.phase === "swap") {
    const windows = await windowsOf(context, (await openRotation(context, rotation.id)).rotation);
    for (const { subject, detail } of windows) {
      watcher.onEvent({ kind: "proof", target: subject, instance: "", state: "passed", detail });
    }
    await note(context, rotation, windows);
  }
  const proof = await proveStep(context, rotation, watcher);
  await note(context, rotation, proof.entries);
  if (proof.kind === "proved") return undefined;
  if (proof.kind === "unproved") return { kind: "held", rotation, reason: proof.reason };
  return goBack(context, lease, rotation, { watcher, reason: proof.reason, to: rotation.step - 1 });
}

async function rollOutStep(
  context: Context,
  lease: HeldLease,
  rotation: Rotation,
  watcher: RotationWatcher,
): Promise<ApplyResult> {
  const { id, step, rollout } = rotation;
  const open = await inEnvironment(context, ({ rollouts }) => rollouts.open());
  if (open !== undefined && open.id === rollout) {
    return resumeUnder(context, lease, { ...watcher, rollout, valuesOnly: true, confirm: async () => true });
  }
  const alsoBegin: ApplyRequest["alsoBegin"] = (environment, begun) => environment.rotations.move(id, step, begun);
  return applyStep(context, lease, { rotation, number: step, alsoBegin }, watcher);
}

async function leaveStep(context: Context, { id, step }: Rotation): Promise<void> {
  await inEnvironment(context, async ({ rotations }) => {
    const now = await rotations.find(id);
    const isWaiting = now?.state === "open" && now.step === step && now.rollout === undefined;
    if (isWaiting) await rotations.move(id, step - 1);
  });
}
