import type { InstanceObservation } from "#host";
import type { TargetPlan } from "#plan";
import type { JournalStep } from "#store";

/** How far a rollout had come when it was cut short or stopped, as its journal tells. */
export interface Earlier {
  /** every prepare command had ended well: none has to run again */
  readonly prepared: boolean;
  /** targets that something may have been done to */
  readonly begun: ReadonlySet<string>;
  /** of these, the ones whose gate had passed and that were not going back */
  readonly finished: ReadonlySet<string>;
  /** by target, the instances that were seen to run last time that anything was done to them, in that order */
  readonly verified: ReadonlyMap<string, readonly string[]>;
}

export function readJournal(steps: readonly Pick<JournalStep, "target" | "step" | "state">[]): Earlier {
  const begun = new Set<string>();
  const finished = new Set<string>();
  const verified = new Map<string, readonly string[]>();
  for (const { target, step, state } of steps) {
    if (step === "deliver") begun.add(target);
    if (step === "gate" && state === "done") finished.add(target);
    if (step === "deliver" || step === "return") finished.delete(target);
    const [, verb, instance = ""] = /^(drain|restart|verify)(?: (.+))?$/.exec(step) ?? [];
    if (verb === undefined) continue;
    const others = (verified.get(target) ?? []).filter((one) => one !== instance);
    verified.set(target, verb === "verify" && state === "done" ? [...others, instance] : others);
  }
  return { prepared: begun.size > 0, begun, finished, verified };
}

/**
 * Instances that may be down come first, so that those that serve are left alone until they are up again: what does not run,
 * then what was not seen to run behind its last restart, then the others, the longest untouched first.
 */
export function halfwayFirst(
  plan: TargetPlan,
  { verified }: Pick<Earlier, "verified">,
  instances: readonly Pick<InstanceObservation, "instance" | "state">[] = [],
): TargetPlan {
  const seen = verified.get(plan.target) ?? [];
  const isDown = (name: string): boolean => {
    return instances.some(({ instance, state }) => instance === name && state !== "active");
  };
  const rank = (name: string): number => (isDown(name) ? -2 : seen.indexOf(name));
  const restarts = plan.steps
    .filter((step) => step.kind === "restart")
    .toSorted((one, other) => rank(one.instance) - rank(other.instance));
  return { ...plan, steps: [...plan.steps.filter(({ kind }) => kind !== "restart"), ...restarts] };
}
