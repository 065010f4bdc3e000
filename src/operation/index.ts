export type { Context, InspectedPlatform, LoadedPlatform, NextKek, RootLogin } from "./context.ts";
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
export { startDev, stopDev, type DevResult, type DevStage } from "./dev.ts";
export { takeDevLock } from "./dev-lock.ts";
export { shiftPorts } from "./port-shift.ts";
export { readPortShift, setPortShift } from "./port-shift-file.ts";
export { valueHistory, type HistoricVersion } from "./history.ts";
export { revealValue, type Revealed } from "./reveal.ts";
export { whoHolds, type Holder, type WhoResult } from "./who.ts";
export { explainValue, type Candidate, type ExplainedTarget, type Explanation } from "./explain.ts";
export { renderService, type RenderRequest, type RenderResult } from "./render-service.ts";
export { environmentForRun, type RunEnvironment, type RunRequest } from "./run-service.ts";
export {
  importValues,
  type ImportedName,
  type ImportFrom,
  type ImportRequest,
  type ImportResult,
} from "./import-values.ts";
export { ejectEnvironment, type EjectResult } from "./eject.ts";
export { checkPlatform, type CheckRequest, type CheckResult } from "./check.ts";
export { environmentNames } from "./environment-names.ts";
export { listHosts, type HostState, type ListedHost } from "./list-hosts.ts";
export { prepareHosts, type PreparedHost, type PrepareHostsRequest, type PrepareHostsResult } from "./prepare-hosts.ts";
export {
  rollBack,
  type ReturnedName,
  type RollbackProposal,
  type RollbackRequest,
  type RollbackResult,
} from "./rollback.ts";
export { findPlatformFiles, proposePlatform, type ProposedPlatform, type ProposedServiceView } from "./propose.ts";
export { extendIgnoreList, hasManifest, prepareStore, writeManifest, type MadeStore } from "./init.ts";
export { backupStore, type BackupResult } from "./backup.ts";
export { recoverWith, restoreBackup, type RestoreResult } from "./restore.ts";
export { rekeyStore, type RekeyResult } from "./rekey.ts";
export { drillRecovery, initRecovery, recoveryStatus, type RecoveryInitResult } from "./recovery.ts";
export { manifestJsonSchema, platformPages, writePages } from "./pages.ts";
export { listAudit, type AuditRequest } from "./list-audit.ts";
export { signAudit, verifyAudit, type VerifyRequest, type VerifyResult } from "./verify-audit.ts";
export { completionNames, type CompletionNames } from "./completion-names.ts";
export { adoptHosts, type Adoption, type AdoptResult } from "./adopt.ts";
export type { AdoptedTarget, AdoptedVariable } from "./adoption-plan.ts";
export { acceptHost, type AcceptHostResult, type ShownKeys } from "./accept-host.ts";
