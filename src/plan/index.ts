export type { BoundTarget, DesiredTarget, DesiredVariable } from "./desired.ts";
export type { InstanceState, ObservedTarget, TargetState } from "./observed.ts";
export { compareTarget, type Difference, type DifferenceKind } from "./difference.ts";
export type { Downtime } from "./downtime.ts";
export { makePlan, type AbsentTarget, type Plan, type PlanInput, type Step, type TargetPlan } from "./plan.ts";
export type { VariableChange, VariableState } from "./variable-change.ts";
