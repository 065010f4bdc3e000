export type {
  AuditLog,
  Binding,
  EnvironmentRow,
  EnvironmentStore,
  Grant,
  Grants,
  JournalStep,
  Keys,
  Lease,
  LeaseHolder,
  ReadTransaction,
  NewBinding,
  NewReleaseTarget,
  NewValue,
  ProbePeriod,
  Recovery,
  Release,
  Releases,
  ReleaseTarget,
  Rollout,
  Rollouts,
  Store,
  Transaction,
  Values,
  Version,
} from "./store.ts";
export type { Scope } from "./scope.ts";
export type { NewSetting, Setting, SettingContent, StoredRuntime } from "./runtime.ts";
export type { Account, Accounts, Attempts, Challenge, Passkey, Session, Sessions, Token, Tokens } from "./identity.ts";
export type {
  Acceptance,
  Findings,
  FoundPlace,
  FoundThing,
  KeptFinding,
  PlaceKind,
  SeenState,
} from "./finding-list.ts";
export type { Issuance, Issuances, IssuanceState } from "./issuance-journal.ts";
export { openHint, rotatedNames, rotates } from "./rotation-journal.ts";
export type {
  RotatedName,
  Rotation,
  RotationEntry,
  RotationPhase,
  RotationStep,
  Rotations,
} from "./rotation-journal.ts";
export { createStore, openStore, type StoreOptions } from "./open.ts";
export { storeExists, type StorePlace } from "./place.ts";
export { readServer, type PostgresServer } from "./postgres-server.ts";
export { readPrivate } from "./private-file.ts";
export { createKeyFile, loadKek, storeKdf, type KekSource } from "./kek.ts";
export { restoreStore, type RestoreOptions } from "./restore.ts";
export { recoverStore, type RecoverOptions } from "./recover.ts";
export { writeAside, writeNewFile } from "./new-file.ts";
