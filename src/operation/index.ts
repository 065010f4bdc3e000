export type { Context, LoadedPlatform } from "./context.ts";
export { applyPlatform, type ApplyRequest, type ApplyResult } from "./apply.ts";
export { describe, findDrift, type DriftFinding, type DriftResult } from "./drift.ts";
export { planPlatform, type PlanResult } from "./plan.ts";
export { platformStatus, type StatusResult, type StatusRow } from "./status.ts";
export { setValue, type SetRequest, type SetResult } from "./set-value.ts";
export { generateValues, type Generated, type GenerateRequest } from "./generate-values.ts";
export {
  giveGrants,
  listGrants,
  revokeGrant,
  type GrantKey,
  type GrantList,
  type GrantResult,
  type Wish,
} from "./grant.ts";
export { listValues, type ListedValue } from "./list-values.ts";
export { importSource, importSources, type Imported, type ImportedValue } from "./import-source.ts";
