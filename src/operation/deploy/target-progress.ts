import type { TargetPlan } from "#plan";
import type { JournalStep } from "#store";

export interface TargetProgress {
  readonly target: string;
  readonly host: string;
  readonly state: "waiting" | "working" | "done" | "failed" | "returned";
  /** the last that the journal has, and what was said of it */
  readonly step?: string;
  readonly detail?: string;
}

interface Told {
  /** of the rollout */
  readonly state: string;
  readonly steps: readonly Pick<JournalStep, "target" | "step" | "state" | "detail">[];
}

/** How far each target of a plan has come. */
export function followTargets(changes: readonly TargetPlan[], { state, steps }: Told): readonly TargetProgress[] {
  const byTarget = Map.groupBy(steps, ({ target }) => target);
  return changes.map(({ target, host }) => {
    const own = byTarget.get(target) ?? [];
    const last = own.findLast(({ step }) => step !== "stop");
    const detail = last === undefined || last.detail === "" ? {} : { detail: last.detail };
    const step = last === undefined ? {} : { step: last.step, ...detail };
    return { target, host, state: stateOf(own, state), ...step };
  });
}

function stateOf(steps: Told["steps"], rollout: string): TargetProgress["state"] {
  const begun = steps.findLastIndex(({ step }) => step === "deliver");
  const back = steps.findLastIndex(({ step, state }) => step === "return" && state === "started");
  const latest = steps.slice(Math.max(begun, back, 0));
  if (back > begun) return hasFailed(latest) ? "failed" : isOver(rollout) ? "returned" : "working";
  if (begun === -1) return hasFailed(latest) ? "failed" : "waiting";
  if (hasFailed(latest)) return "failed";
  if (latest.some(({ step }) => step === "gate")) return "done";
  return isOver(rollout) ? "failed" : "working";
}

/** A health check of the release that failed is no failure of the way back, which goes on behind it. */
function hasFailed(steps: Told["steps"]): boolean {
  return steps.at(-1)?.state === "failed";
}

function isOver(rollout: string): boolean {
  return rollout !== "running" && rollout !== "stopped";
}
