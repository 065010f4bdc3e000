import type { Generated, Selectable } from "kysely";

/** Tables as kysely sees them. 0 and 1 stand for booleans, "" for an empty scope: the same on every database. */
export interface Tables {
  readonly schema_migration: { number: number; name: string; breaking: number; applied_at: number };
  readonly keyring: KeyringTable;
  readonly environment: EnvironmentTable;
  readonly value: ValueTable;
  readonly service_grant: GrantTable;
  readonly release: ReleaseTable;
  readonly release_target: ReleaseTargetTable;
  readonly release_binding: ReleaseBindingTable;
  readonly rollout: RolloutTable;
  readonly rollout_step: RolloutStepTable;
  readonly lease: LeaseTable;
  readonly probe: ProbeTable;
  readonly audit_entry: AuditEntryTable;
  readonly audit_tree: { id: number; size: number; nodes: string };
  readonly audit_checkpoint: { size: number; at: number; note: string };
  readonly account: AccountTable;
  readonly account_link: { account: string; digest: string; expires_at: number };
  readonly account_session: { digest: string; account: string; created_at: number; seen_at: number };
  readonly passkey: PasskeyTable;
  readonly passkey_challenge: ChallengeTable;
  readonly login_attempt: { key: string; count: number; since: number };
  readonly service_token: ServiceTokenTable;
  readonly user_runtime: UserRuntimeTable;
  readonly global_settings: SettingTable;
  /** revisions whose rollout is still to be begun */
  readonly setting_intent: { environment: string; revision: number; how: "waves" | "at-once" };
  /** versions that stand in a value which was made of them */
  readonly release_part: { environment: string; release: number; target: string; name: string; version_id: number };
  readonly rotation: RotationTable;
  readonly rotation_entry: RotationEntryTable;
  readonly issuance: IssuanceTable;
  readonly finding: FindingTable;
}

/** One row. `store_id`, `key_id` and `key_check` keep their names for ever: they are read before any migration. */
interface KeyringTable {
  id: number;
  store_id: string;
  key_id: string;
  key_check: Uint8Array;
  kdf: string | null;
  signing_wrapped: Uint8Array;
  signing_verifier: string;
  recipient: string | null;
  recovery_proved_at: number | null;
}

interface EnvironmentTable {
  name: string;
  epoch: number;
  production: number;
  created_at: number;
  root_key_id: string;
  root_wrapped: Uint8Array;
  root_recovery: Uint8Array | null;
}

export interface ValueTable {
  id: Generated<number>;
  environment: string;
  name: string;
  service: string;
  host: string;
  number: number;
  state: "live" | "retired" | "compromised";
  sensitive: number;
  fingerprint: string;
  origin: string;
  actor: string;
  created_at: number;
  key_wrapped: Uint8Array;
  sealed: Uint8Array;
}

interface GrantTable {
  environment: string;
  service: string;
  name: string;
  kind: "hold" | "clear" | "loader";
  actor: string;
  created_at: number;
}

export interface ReleaseTable {
  environment: string;
  number: number;
  created_at: number;
  actor: string;
  reason: string;
  state: "open" | "good" | "failed";
}

interface ReleaseTargetTable {
  environment: string;
  release: number;
  target: string;
  position: number;
  label: string;
  digest: string;
}

interface ReleaseBindingTable {
  environment: string;
  release: number;
  target: string;
  position: number;
  name: string;
  fingerprint: string;
  sensitive: number;
  version_id: number | null;
  origin: string;
  key_wrapped: Uint8Array | null;
  sealed: Uint8Array | null;
}

export interface RolloutTable {
  id: string;
  environment: string;
  position: number;
  kind: "apply" | "rollback" | "adopt";
  release: number;
  state: "running" | "done" | "failed" | "returned" | "return-failed";
  actor: string;
  started_at: number;
  ended_at: number | null;
  plan: string;
}

interface RolloutStepTable {
  rollout: string;
  seq: number;
  at: number;
  target: string;
  step: string;
  state: "started" | "done" | "failed";
  detail: string;
}

/** `until` 0: nobody holds it. The number outlives its holders. */
export interface LeaseTable {
  environment: string;
  number: number;
  holder: string;
  process: string | null;
  doing: string;
  since: number;
  until: number;
}

/** One row for as long as a credential's state stays the same. */
export interface ProbeTable {
  environment: string;
  seq: number;
  provider: string;
  name: string;
  version: number;
  fingerprint: string;
  address: string;
  state: string;
  meaning: string;
  first_at: number;
  last_at: number;
  times: number;
  actor: string;
}

export interface AuditEntryTable {
  seq: number;
  at: number;
  actor: string;
  action: string;
  environment: string | null;
  subject: string;
  detail: string;
  leaf: string;
}

export interface AccountTable {
  id: string;
  name: string;
  roles: string;
  password: string | null;
  disabled_at: number | null;
  actor: string;
  created_at: number;
}

export interface PasskeyTable {
  id: string;
  account: string;
  name: string;
  credential: string;
  public_key: Uint8Array;
  counter: number;
  /** with a space between them */
  transports: string;
  created_at: number;
  used_at: number | null;
}

/** `account` "": nobody's yet. */
interface ChallengeTable {
  digest: string;
  holder: string;
  purpose: "log-in" | "prove" | "add" | "set-up";
  account: string;
  expires_at: number;
}

export interface UserRuntimeTable {
  environment: string;
  service: string;
  user_id: string;
  host: string;
  seat: number;
  actor: string;
  created_at: number;
}

/** One row for each time that a provider's settings were saved; their values are rows of `value`. */
export interface SettingTable {
  environment: string;
  revision: number;
  provider: string;
  origin: "saved" | "restored" | "returned";
  earlier: number | null;
  state: "verified" | "unverified";
  actor: string;
  created_at: number;
  rollout: string | null;
  key_wrapped: Uint8Array;
  sealed: Uint8Array;
}

/** `steps` is JSON; `step` counts those that services have or are getting. */
export interface RotationTable {
  id: string;
  environment: string;
  position: number;
  name: string;
  service: string;
  host: string;
  from_version: number;
  to_version: number;
  companion: string | null;
  companion_from: number | null;
  companion_to: number | null;
  state: "open" | "done" | "returned";
  compromised: number;
  step: number;
  steps: string;
  rollout: string | null;
  actor: string;
  started_at: number;
  ended_at: number | null;
}

interface RotationEntryTable {
  rotation: string;
  seq: number;
  at: number;
  step: number;
  kind: string;
  subject: string;
  detail: string;
}

/** What is sealed is the draft, until all is settled. */
export interface IssuanceTable {
  id: string;
  environment: string;
  position: number;
  name: string;
  service: string;
  host: string;
  from_version: number;
  companion: string | null;
  companion_from: number | null;
  noted: string | null;
  compromised: number;
  issuer: string;
  state: "intended" | "issued" | "revoking-old" | "revoking-new" | "settled";
  attempts: number;
  next_at: number | null;
  trouble: string | null;
  actor: string;
  started_at: number;
  key_wrapped: Uint8Array | null;
  sealed: Uint8Array | null;
}

/** `name` is the format of a credential. `location` is where, `path` in it. Times and places of the latest look but `first_at`. */
export interface FindingTable {
  id: Generated<number>;
  environment: string;
  kind: "value" | "credential";
  name: string;
  service: string;
  host: string;
  version: number;
  encoding: string;
  tag: string;
  place: "tree" | "git" | "stream" | "host";
  location: string;
  path: string;
  line: number | null;
  byte: number | null;
  places: number;
  since_commit: string | null;
  present: number;
  machine: string;
  root: string;
  first_at: number;
  last_at: number;
  actor: string;
  gone_at: number | null;
  accepted_until: string | null;
  accepted_reason: string | null;
  accepted_by: string | null;
  accepted_places: number | null;
}

export interface ServiceTokenTable {
  id: string;
  name: string;
  roles: string;
  digest: string;
  actor: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  revoked_at: number | null;
}

export type EnvironmentRecord = Selectable<EnvironmentTable>;
export type KeyringRecord = Selectable<KeyringTable>;
