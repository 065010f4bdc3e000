import type { DesiredTarget } from "./desired.ts";
import type { Step } from "./step.ts";

/** What callers of one target feel. Times in milliseconds. */
export type Downtime =
  | { readonly kind: "none" }
  /** one instance after the other: the rest serve meanwhile */
  | { readonly kind: "rolling"; readonly instances: number; readonly atMost: number }
  /** nothing serves on this host while it restarts */
  | { readonly kind: "gap"; readonly atMost: number };

export function estimateDowntime(desired: DesiredTarget, steps: readonly Step[]): Downtime {
  const restarts = steps.flatMap((step) => (step.kind === "restart" && step.action === "restart" ? [step] : []));
  if (restarts.length === 0) return { kind: "none" };
  // one that drains takes nothing new any more
  const atMost = restarts.reduce((sum, { drain = 0 }) => sum + drain + desired.restartLimit, 0);
  if (desired.instances.length > 1) return { kind: "rolling", instances: restarts.length, atMost };
  return { kind: "gap", atMost };
}
