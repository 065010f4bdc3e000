import { AppError } from "#kernel";
import type { Plan } from "#plan";
import { readJournal, type Earlier } from "#rollout";
import type { Release, Rollout } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { controllerOf, type Begun } from "./carry-out.ts";
import type { HeldLease } from "./lease.ts";

/** A rollout that did not come to its end: it was stopped, or its command was killed. */
export interface Interrupted {
  readonly rollout: Rollout;
  readonly release: Release;
  readonly plan: Plan;
  readonly earlier: Earlier;
}

/** NOT_FOUND where every rollout has ended; ROLLOUT_STATE where one is meant that is not open. */
export function findInterrupted(context: Context, id?: string): Promise<Interrupted> {
  return inEnvironment(context, async ({ rollouts, releases }) => {
    const rollout = await rollouts.open();
    if (id !== undefined && rollout?.id !== id) throw notOpen(id);
    const release = rollout === undefined ? undefined : await releases.find(rollout.release);
    if (rollout === undefined || release === undefined) {
      throw new AppError("NOT_FOUND", `no rollout of ${context.environment} was interrupted`, {
        hint: "`keyturn apply` begins a new one, `keyturn rollback` goes back to an earlier release",
      });
    }
    // written by `begin`, in this form
    const plan = rollout.plan as Plan;
    return { rollout, release, plan, earlier: readJournal(await rollouts.steps(rollout.id)) };
  });
}

export function notOpen(id: string): AppError {
  return new AppError("ROLLOUT_STATE", `the rollout ${id} is not open`);
}

/** What is asked before it is gone on with, or taken back. */
export interface Remainder {
  readonly rollout: string;
  readonly release: number;
  readonly actor: string;
  readonly startedAt: number;
  readonly finished: readonly string[];
  /** something may have been done there */
  readonly begun: readonly string[];
  readonly waiting: readonly string[];
}

export function remainderOf({ rollout, plan, earlier }: Interrupted): Remainder {
  const targets = plan.changes.map(({ target }) => target);
  return {
    rollout: rollout.id,
    release: rollout.release,
    actor: rollout.actor,
    startedAt: rollout.startedAt,
    finished: targets.filter((target) => earlier.finished.has(target)),
    begun: targets.filter((target) => earlier.begun.has(target) && !earlier.finished.has(target)),
    waiting: targets.filter((target) => !earlier.begun.has(target)),
  };
}

/** NOT_FOUND where every rollout has ended. */
export async function findRemainder(context: Context): Promise<Remainder> {
  demand(context, "viewer");
  // a name that the manifest does not know would be made in the store
  await context.loadPlatform();
  return remainderOf(await findInterrupted(context));
}

interface TakeUp {
  readonly action: "rollout.resume" | "rollout.return";
  readonly owner: string;
  readonly lease: HeldLease;
}

/** The same rollout under a new lease, with its entry in the audit log. */
export function takeUp(context: Context, { rollout }: Interrupted, { action, owner, lease }: TakeUp): Promise<Begun> {
  return inEnvironment(context, async (environment, tx) => {
    await tx.audit.append({
      actor: context.actor,
      action,
      environment: context.environment,
      subject: `r${rollout.release}`,
      detail: { rollout: rollout.id },
    });
    const controller = await controllerOf({ environment, tx }, owner, lease);
    return { id: rollout.id, release: rollout.release, controller };
  });
}
