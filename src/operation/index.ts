export type { Context, LoadedPlatform } from "./context.ts";
export { applyPlatform, type ApplyRequest, type ApplyResult } from "./apply.ts";
export { planPlatform, type PlanResult } from "./plan.ts";
