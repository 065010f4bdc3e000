export { readContract } from "./env-example/contract.ts";
export {
  formatTemplate,
  parseTemplate,
  referencesOf,
  resolveTemplate,
  type Referent,
  type Resolved,
  type ResolveOptions,
} from "./template.ts";
export { isMask, isPlaceholder, masks } from "./env-example/placeholder.ts";
export { isPublicName } from "./env-example/inference.ts";
export { expandRuntimes, isUserId, userService, type UserRuntime } from "./per-user.ts";
export { instancesOf, targetId, unitName } from "./target.ts";
export { isVariableName } from "./name.ts";
export { checkValue, isRequired, requirementMet } from "./value.ts";
export { generatedBits, generateValue } from "./generate.ts";
export type { CodeUse } from "./code/use.ts";
export { scanCode, type CodeFile } from "./code/scan.ts";
export { compareCode } from "./code/compare.ts";
export { listEnvironments, readManifest, type ManifestOptions, type ManifestResult } from "./manifest/manifest.ts";
export { manifestSchema } from "./manifest/schema.ts";
export { manifestFields } from "./manifest/fields.ts";
export { proposeManifest, type Proposal, type ProposedService, type Question } from "./proposal/proposal.ts";
export type { FoundFile } from "./proposal/finding.ts";
export { readUnitFile, type UnitFile } from "./manifest/unit-file.ts";
export { describeReference, type Reference } from "./reference/reference.ts";
export type { ReferencePage, ReferencePages } from "./reference/page.ts";
export { renderReference, renderRunbook } from "./reference/render.ts";
export type {
  Contract,
  DeriveRule,
  GenerateRule,
  Requirement,
  Template,
  TemplatePart,
  Variable,
  VariableType,
} from "./variable.ts";
export {
  fillPresenting,
  fillVerifying,
  type HttpPlace,
  type Presenting,
  type SecretProbe,
  type Verifying,
} from "./holder.ts";
export { issuerText, readIssuerText } from "./manifest/issuer-reader.ts";
export { isMadeHere, promotes, valuesOf, type IssuerEntry, type OutsideIssuer } from "./issuer.ts";
export { pairOf, type Pair } from "./pair.ts";
export type { RotationSchedule, RotationWindow } from "./rotation-schedule.ts";
export type {
  ComposeRuntime,
  DockerRuntime,
  Drain,
  Environment,
  EnvironmentFile,
  FreezeWindow,
  HealthCheck,
  HostEntry,
  PerUser,
  Platform,
  PrepareCommand,
  ProcessRuntime,
  Runtime,
  Service,
  SourceEntry,
  SystemdRuntime,
  ViteRuntime,
  Waves,
} from "./platform.ts";
