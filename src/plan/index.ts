export type { BoundTarget, DesiredTarget, DesiredVariable } from "./desired.ts";
export type { InstanceState, ObservedTarget, TargetState } from "./observed.ts";
export { compareTarget } from "./compare-target.ts";
export { mends, type Difference, type DifferenceKind } from "./difference.ts";
export type { Downtime } from "./downtime.ts";
export type { Step } from "./step.ts";
export { makePlan, type AbsentTarget, type LeftTarget, type Plan, type PlanInput, type TargetPlan } from "./plan.ts";
export type { VariableChange, VariableState } from "./variable-change.ts";
