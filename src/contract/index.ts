export { readContract } from "./contract.ts";
export {
  formatTemplate,
  parseTemplate,
  referencesOf,
  resolveTemplate,
  type Referent,
  type Resolved,
  type ResolveOptions,
} from "./template.ts";
export { isMask, isPlaceholder } from "./placeholder.ts";
export { isVariableName } from "./name.ts";
export { listEnvironments, readManifest, type ManifestOptions, type ManifestResult } from "./manifest.ts";
export { manifestSchema } from "./manifest-schema.ts";
export type {
  Contract,
  GenerateRule,
  Requirement,
  Template,
  TemplatePart,
  Variable,
  VariableType,
} from "./variable.ts";
export type {
  ComposeRuntime,
  Drain,
  Environment,
  EnvironmentFile,
  FreezeWindow,
  HealthCheck,
  HostEntry,
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
