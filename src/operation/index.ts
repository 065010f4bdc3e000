export type { Context, InspectedPlatform, LoadedPlatform, NextKek, RootLogin } from "./context.ts";
export { homeHere, type Home } from "./home.ts";
export type { LookEvent, PreparationEvent, ProgressEvent } from "./event.ts";
export { applyPlatform, type ApplyRequest, type ApplyResult } from "./deploy/apply.ts";
export { digestOf, planDigest } from "./deploy/confirmed.ts";
export { resumeRollout, type ResumeRequest } from "./deploy/resume.ts";
export { takeRolloutBack } from "./deploy/take-back.ts";
export { pauseRollout } from "./deploy/pause.ts";
export {
  rolloutJournal,
  rolloutPlan,
  rolloutProgress,
  type JournalEvent,
  type RolloutProgress,
} from "./deploy/rollout-progress.ts";
export type { Watcher } from "./deploy/carry-out.ts";
export { findRemainder, type Remainder } from "./deploy/interrupted.ts";
export { describe } from "./deploy/describe.ts";
export { findDrift, type DriftFinding, type DriftResult } from "./deploy/drift.ts";
export { fixDrift, type FixRequest, type FixResult } from "./deploy/fix-drift.ts";
export { returnLines, type ReturnLine } from "./deploy/host-rollback.ts";
export { retireValue, type Retirement, type RetireResult } from "./deploy/retire.ts";
export { planPlatform, type PlanResult } from "./deploy/plan.ts";
export { platformStatus, type StatusResult, type StatusRow } from "./deploy/status.ts";
export { checkName, setValue, type SetRequest, type SetResult } from "./value/set-value.ts";
export { setValues, type SetValuesRequest } from "./value/set-values.ts";
export { previewGenerate, type GeneratePreview } from "./value/preview-generate.ts";
export { generateValues, type Generated, type GenerateRequest } from "./value/generate-values.ts";
export {
  giveGrants,
  listGrants,
  revokeGrant,
  type GrantKey,
  type GrantList,
  type GrantResult,
  type Wish,
} from "./value/grant.ts";
export { listRollouts, type ListedRollout } from "./deploy/list-rollouts.ts";
export type { Authority } from "./authority.ts";
export {
  addAccount,
  disableAccount,
  linkAccount,
  listAccounts,
  setAccountRoles,
  type AccountLink,
  type ListedAccount,
} from "./account/account.ts";
export { visibleEnvironments, type VisibleEnvironment } from "./account/visible-environments.ts";
export { identifySession, identifyToken, type Caller } from "./account/identify.ts";
export { logIn, logOut, type LoginRequest } from "./account/log-in.ts";
export { askPasskey, logInWithPasskey, type PasskeyLogin } from "./account/passkey-log-in.ts";
export { addPasskey, askNewPasskey, listPasskeys, removePasskey, type OwnPasskeys } from "./account/passkey.ts";
export { askFirstPasskey, setUpWithPasskey, type PasskeySetUp } from "./account/passkey-set-up.ts";
export { askProof, type Proof, type Visitor } from "./account/prove.ts";
export { firstLink, setUpAccount, type SetUpRequest } from "./account/set-up.ts";
export { createToken, listTokens, revokeToken, type ServiceToken, type TokenRequest } from "./account/token.ts";
export { listValues, type ListedValue } from "./value/list-values.ts";
export { importSource, importSources, type Imported, type ImportedValue } from "./value/import-source.ts";
export { startDev, stopDev, type DevResult, type DevStage } from "./start/dev.ts";
export { takeDevLock } from "./start/dev-lock.ts";
export { serverPort, shiftPorts } from "./start/port-shift.ts";
export { portShiftFile, readPortShift, setPortShift } from "./start/port-shift-file.ts";
export { valueHistory, type HistoricVersion } from "./value/history.ts";
export { probeCredentials, probeHistory, type ProbedCredential, type ProbeRequest } from "./provider/probe.ts";
export { listSettings, settingHistory, type ProviderSettings, type SettingsView } from "./setting/list-settings.ts";
export { settingRules } from "./setting/setting-rules.ts";
export type { Assessment, SettingRequest } from "./setting/assess.ts";
export type { Impact } from "./setting/impact.ts";
export { saveSetting, testSetting, type SaveRequest, type SaveResult } from "./setting/save-setting.ts";
export { restoreSetting, type RestoreRequest } from "./setting/restore-setting.ts";
export { rollOutWaiting } from "./setting/roll-out-waiting.ts";
export type { KeptRevision, SettingRollout } from "./setting/roll-out-setting.ts";
export { listRuntimes, type ListedRuntime } from "./runtime/list-runtimes.ts";
export { isProvisioner, provisioner } from "./runtime/provisioner.ts";
export { reachRuntime } from "./runtime/reach-runtime.ts";
export {
  createRuntime,
  removeRuntime,
  restartRuntimes,
  runtimeFailed,
  type CreatedRuntime,
  type RuntimeRequest,
} from "./runtime/runtime.ts";
export { watchCredentials, type StateChange } from "./provider/watch-credentials.ts";
export { environmentMetrics, type EnvironmentMetrics } from "./provider/metrics.ts";
export { revealValue, type Revealed } from "./value/reveal.ts";
export { revealToAccount } from "./value/reveal-again.ts";
export { whoHolds, type Holder, type MapHolder, type WhoResult } from "./value/who.ts";
export { explainValue, type Candidate, type ExplainedTarget, type Explanation } from "./value/explain.ts";
export { renderService, type RenderRequest, type RenderResult } from "./value/render-service.ts";
export { environmentForRun, type RunEnvironment, type RunRequest } from "./value/run-service.ts";
export {
  importValues,
  previewImport,
  type ImportedName,
  type ImportFrom,
  type ImportRequest,
  type ImportResult,
} from "./value/import-values.ts";
export { ejectEnvironment, type EjectResult } from "./value/eject.ts";
export { checkPlatform, type CheckRequest, type CheckResult } from "./check/check.ts";
export { environmentNames } from "./check/environment-names.ts";
export { listHosts, type HostState, type ListedHost } from "./host/list-hosts.ts";
export {
  prepareHosts,
  type PreparedHost,
  type PrepareHostsRequest,
  type PrepareHostsResult,
} from "./host/prepare-hosts.ts";
export {
  rollBack,
  type ReturnedName,
  type RollbackProposal,
  type RollbackRequest,
  type RollbackResult,
} from "./deploy/rollback.ts";
export {
  findPlatformFiles,
  proposePlatform,
  type ProposedPlatform,
  type ProposedServiceView,
} from "./start/propose.ts";
export { extendIgnoreList, hasManifest, prepareStore, writeManifest, type MadeStore } from "./start/init.ts";
export { backupStore, type BackupResult } from "./keep/backup.ts";
export { recoverWith, restoreBackup, type RestoreResult } from "./keep/restore.ts";
export { rekeyStore, type RekeyResult } from "./keep/rekey.ts";
export { drillRecovery, initRecovery, recoveryStatus, type RecoveryInitResult } from "./keep/recovery.ts";
export { manifestJsonSchema, platformPages, writePages } from "./check/pages.ts";
export { listAudit, type AuditRequest } from "./keep/list-audit.ts";
export { whoSaw, type WhoSaw, type WhoSawRequest } from "./keep/who-saw.ts";
export type { Person, SeenVersion } from "./keep/person.ts";
export { signAudit, verifyAudit, type VerifyRequest, type VerifyResult } from "./keep/verify-audit.ts";
export { scanHosts, type HostScanRequest, type HostScanResult } from "./scan/host/scan-hosts.ts";
export type { HostFinding, ScannedHost } from "./scan/host/search-host.ts";
export { completionNames, type CompletionNames } from "./completion-names.ts";
export { adoptHosts, type Adoption, type AdoptResult } from "./host/adopt.ts";
export type { AdoptedTarget, AdoptedVariable } from "./host/adoption-plan.ts";
export { acceptHost, type AcceptHostResult, type ShownKeys } from "./host/accept-host.ts";
export { writePrivate } from "./value/private-file.ts";
export { rotateSecret, type RotateRequest } from "./rotate/rotate.ts";
export { continueRotation, returnRotation, type ContinueRequest, type ContinueResult } from "./rotate/continue.ts";
export type { RotateResult } from "./rotate/rotate-end.ts";
export type { CallCount } from "./rotate/call-watch.ts";
export { noneOpen } from "./rotate/rotation-record.ts";
export { readPairText } from "./rotate/pair-text.ts";
export { planRotation, rotationDigest } from "./rotate/rotation-plan.ts";
export type { RotationPlan } from "./rotate/planned.ts";
export { listRotations, listUnkept, type ListedRotation } from "./rotate/list-rotations.ts";
export { rotateDue } from "./rotate/rotate-due.ts";
export { remind, type RotationNews } from "./rotate/remind.ts";
export { holdRotation } from "./rotate/hold.ts";
export { rotationProgress } from "./rotate/rotation-progress.ts";
export { rotationUse } from "./rotate/rotation-use.ts";
export { revokeWaiting } from "./rotate/revoke-waiting.ts";
export { environmentForExec, maskStream, type MaskRequest } from "./scan/mask-output.ts";
export type { ScanFinding } from "./scan/search-files.ts";
export type { ToldCredential } from "./scan/sift-credentials.ts";
export { acceptCredentials, type AcceptResult } from "./scan/accept.ts";
export { scan, type ScanRequest, type ScanResult } from "./scan/scan.ts";
export type { ScanTarget } from "./scan/target.ts";
export {
  confirmCandidates,
  mostPlaces,
  mostSpans,
  type Confirmation,
  type ConfirmRequest,
} from "./scan/kit/confirm-candidates.ts";
export { exportKit, type ExportedKit, type ExportKitRequest } from "./scan/kit/export-kit.ts";
export { readKit, scanWithKit, type KitScanResult } from "./scan/kit/scan-with-kit.ts";
export { hookNames } from "./hook/script.ts";
export { installHooks, type Installed } from "./hook/install.ts";
export { uninstallHooks, type Uninstalled } from "./hook/uninstall.ts";
export { hookStatus, type HookStatus } from "./hook/status.ts";
export { lookAtBrought, type HookVerdict, type LookRequest } from "./hook/look.ts";
export { listFindings } from "./finding/list-findings.ts";
export { tellFindings, type FindingNews } from "./finding/tell-findings.ts";
export { acceptFinding, type AcceptFindingRequest } from "./finding/accept-finding.ts";
export type { FindingState, FindingStep, ListedFinding } from "./finding/state.ts";
export type { CandidatePlace } from "./finding/candidate-place.ts";
