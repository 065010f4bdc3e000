import { AppError } from "#kernel";
import type { Plan } from "#plan";
import { wavesOf, type RolloutEvent } from "#rollout";
import type { JournalStep, Rollout, Transaction } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { listedOf, stateNow, type ListedRollout } from "./list-rollouts.ts";
import { toldOutcome, type ToldOutcome } from "./outcome-detail.ts";
import { followTargets, type TargetProgress } from "./target-progress.ts";

/** A rollout as its journal tells it, whoever carries it out. */
export interface RolloutProgress extends ListedRollout {
  /** by the wave sizes that the manifest has now */
  readonly waves: readonly { readonly number: number; readonly of: number; readonly targets: readonly string[] }[];
  readonly targets: readonly TargetProgress[];
  /** of one that has ended or stopped; `abandoned`: it was cut short, and a later command ended it */
  readonly outcome?: ToldOutcome;
}

/** NOT_FOUND where this environment never had it. */
export async function rolloutProgress(context: Context, id: string): Promise<RolloutProgress> {
  demand(context, "viewer");
  const { platform } = await context.loadPlatform();
  const { rollout, steps, outcome } = await readRollout(context, id);
  const state = await stateNow(context, rollout);
  const { changes } = planOf(rollout);
  const waves = wavesOf(changes, platform.waves).map(({ number, of, hosts }) => {
    return { number, of, targets: hosts.flatMap(({ targets }) => targets.map(({ target }) => target)) };
  });
  const ended = state === "running" || outcome === undefined ? {} : { outcome };
  return { ...listedOf(rollout), state, waves, targets: followTargets(changes, { state, steps }), ...ended };
}

/** What it was to change when it was confirmed. */
export async function rolloutPlan(context: Context, id: string): Promise<Plan> {
  demand(context, "viewer");
  await context.loadPlatform();
  return planOf((await readRollout(context, id)).rollout);
}

export interface JournalEvent {
  readonly seq: number;
  readonly at: number;
  readonly event: RolloutEvent;
}

/** What the journal has of it, as events that were told then. */
export async function rolloutJournal(context: Context, id: string): Promise<readonly JournalEvent[]> {
  demand(context, "viewer");
  await context.loadPlatform();
  const { rollout, steps } = await readRollout(context, id);
  const hosts = new Map(planOf(rollout).changes.map(({ target, host }) => [target, host]));
  return steps.flatMap((step) => {
    const event = eventOf(step, hosts.get(step.target) ?? "");
    return event === undefined ? [] : [{ seq: step.seq, at: step.at, event }];
  });
}

interface Read {
  readonly rollout: Rollout;
  readonly steps: readonly JournalStep[];
  readonly outcome: RolloutProgress["outcome"];
}

function readRollout(context: Context, id: string): Promise<Read> {
  return readEnvironment(context, async ({ rollouts }, tx) => {
    const rollout = await rollouts.find(id);
    if (rollout === undefined) throw new AppError("NOT_FOUND", `there is no rollout ${id}`);
    return { rollout, steps: await rollouts.steps(id), outcome: await outcomeOf(context, tx, rollout) };
  });
}

/** Written by `begin`, in this form. */
function planOf({ plan }: Rollout): Plan {
  return plan as Plan;
}

/** How it ended is told by the audit log, whose entries are written with the end. */
async function outcomeOf(
  { environment }: Context,
  { audit }: Pick<Transaction, "audit">,
  { id, release }: Rollout,
): Promise<RolloutProgress["outcome"]> {
  const entries = await audit.list({ environment, subject: `r${release}`, limit: 50 });
  for (const { action, detail } of entries) {
    const kind = outcomes.find((one) => action === `rollout.${one}`);
    if (detail["rollout"] !== id || kind === undefined) continue;
    return toldOutcome(kind, detail);
  }
  return undefined;
}

const outcomes = ["done", "untouched", "returned", "stopped", "stranded", "abandoned"] as const;

/** Marks of the journal that are no step of a host tell nothing to who looks on. */
function eventOf({ target, step, state, detail }: JournalStep, host: string): RolloutEvent | undefined {
  if (step === "deliver" || step === "stop") return undefined;
  if (step !== "gate") return { kind: "step", host, target, step, state, detail };
  return { kind: "gate", host, target, state: state === "failed" ? "failed" : "passed", detail };
}
