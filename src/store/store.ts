import type { Actor, AuditEntry, AuditHead, NewAuditEntry } from "#audit";
import type { Kek, Recipient } from "#envelope";
import type { Fingerprint, Sensitive } from "#kernel";
import type { Accounts, Attempts, Challenges, Passkeys, Sessions, Tokens } from "./identity.ts";
import type { Findings } from "./finding-list.ts";
import type { Issuances } from "./issuance-journal.ts";
import type { Rotations } from "./rotation-journal.ts";
import type { Settings, UserRuntimes } from "./runtime.ts";
import type { Scope } from "./scope.ts";

/**
 * Everything Keyturn keeps, in one place. State, its audit entry and the journal row that stands for an effect are
 * written in one transaction: an exception inside `work` rolls all of it back. Transactions run one after the other.
 */
export interface Store {
  /** random, made with the store; part of a controller's name on hosts */
  readonly id: string;
  /** what a witness needs to check this store's checkpoints; public */
  readonly verifier: string;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** One consistent look at what is committed, by work that changes nothing. In a file it waits for no writer. */
  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * The same, and what it gave is given again under this key until anything is committed, by this process or another,
   * which is looked for once in a turn of the event loop. The work gives no values, and depends on nothing but its key.
   */
  recall<T>(key: string, work: (tx: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * One consistent snapshot in a new 0600 file; values in it stay sealed. With a recipient the whole file is encrypted to
   * it as well. ALREADY_EXISTS when the file is there.
   */
  backup(file: string, options?: { readonly recipient?: Recipient }): Promise<void>;
  close(): Promise<void>;
}

/** Of all that it offers only what reads may be called. */
export interface ReadTransaction extends Omit<Transaction, "environment"> {
  /** undefined where it was never made */
  environment(name: string): Promise<EnvironmentStore | undefined>;
}

/** One environment's rooms; `tx.environment(name)` makes it on first use (with a root key of its own). */
export interface Transaction {
  readonly environments: { list(): Promise<readonly EnvironmentRow[]> };
  /** `production: true` marks it for good; a later call without it changes nothing */
  environment(name: string, options?: { readonly production?: boolean }): Promise<EnvironmentStore>;
  readonly keys: Keys;
  readonly audit: AuditLog;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly passkeys: Passkeys;
  readonly challenges: Challenges;
  readonly attempts: Attempts;
  readonly tokens: Tokens;
}

/** The keys above the values. No method gives a key out. */
export interface Keys {
  /** id of the KEK in use */
  id(): string;
  /** every key that is wrapped by the KEK is wrapped by this one instead, all or none; the old KEK opens nothing after the commit */
  rekey(kek: Kek): Promise<void>;
  recovery(): Promise<Recovery>;
  /** a second wrap of every root key, those to come included; a new recipient has to be proved again */
  setRecovery(recipient: Recipient): Promise<void>;
  /** opens every root key's recovery wrap with the identity and compares; SEAL_BROKEN when one fails. Remembered. */
  drill(identity: Sensitive): Promise<{ readonly environments: readonly string[] }>;
}

export type Recovery =
  | { readonly kind: "none" }
  | { readonly kind: "unproved"; readonly recipient: Recipient }
  | { readonly kind: "proved"; readonly recipient: Recipient; readonly at: number };

export interface EnvironmentRow {
  readonly name: string;
  /** grows by a restore; hosts refuse older ones */
  readonly epoch: number;
  /** here a sensitive value needs a recovery drill that has passed */
  readonly production: boolean;
  readonly createdAt: number;
}

export interface EnvironmentStore {
  readonly row: EnvironmentRow;
  /** fingerprint of any value under this environment's fingerprint key */
  fingerprint(name: string, value: Sensitive): Fingerprint;
  /** what scan kits are made with: the same as long as the environment is there, whatever key the store is under */
  scanKey(): Sensitive;
  readonly values: Values;
  readonly grants: Grants;
  readonly releases: Releases;
  readonly rollouts: Rollouts;
  readonly lease: Lease;
  readonly probes: Probes;
  readonly settings: Settings;
  readonly userRuntimes: UserRuntimes;
  readonly rotations: Rotations;
  readonly issuances: Issuances;
  readonly findings: Findings;
}

/** Immutable. `live` versions may be bound; the highest live number of a name and scope is the present one. */
export interface Version {
  readonly id: number;
  readonly name: string;
  readonly scope: Scope;
  /** counts from 1 per name and scope */
  readonly number: number;
  readonly state: "live" | "retired" | "compromised";
  readonly sensitive: boolean;
  readonly fingerprint: Fingerprint;
  /** where it came from: `prompt`, `generated`, `environment`, `file:PATH`, `adopted:HOST`, … */
  readonly origin: string;
  readonly actor: string;
  readonly createdAt: number;
}

export interface NewValue {
  readonly name: string;
  readonly scope: Scope;
  readonly value: Sensitive;
  readonly sensitive: boolean;
  readonly origin: string;
  readonly actor: Actor;
}

export interface Values {
  /**
   * `unchanged` when the present version of that name and scope has the same bytes and sensitivity. RECOVERY_UNPROVED for
   * a sensitive value in a production environment before the drill; VALUES_INVALID for bytes that were marked
   * compromised under that name.
   */
  put(value: NewValue): Promise<{ readonly kind: "stored" | "unchanged"; readonly version: Version }>;
  /** present live version per name and scope */
  present(): Promise<readonly Version[]>;
  history(name: string, scope?: Scope): Promise<readonly Version[]>;
  /** every version of every name and scope, retired and compromised ones too */
  all(): Promise<readonly Version[]>;
  find(id: number): Promise<Version | undefined>;
  /** AppError SEAL_BROKEN names key ids when a row can't be opened; other rows stay readable */
  open(id: number): Promise<Sensitive>;
  /** opens many; a row that can't be opened is listed, not thrown */
  openAll(
    ids: readonly number[],
  ): Promise<{ readonly opened: ReadonlyMap<number, Sensitive>; readonly broken: readonly number[] }>;
  /** live → retired → compromised; never back (VALUES_INVALID) */
  setState(id: number, state: Version["state"]): Promise<void>;
}

/** `hold`: the service may have the name. `clear`: it may lose `@sensitive`. `loader`: a name that steers loaders. */
export interface Grant {
  readonly service: string;
  readonly name: string;
  readonly kind: "hold" | "clear" | "loader";
  readonly actor: string;
  readonly createdAt: number;
}

export interface Grants {
  list(): Promise<readonly Grant[]>;
  /** false when it was there already */
  give(grant: Omit<Grant, "createdAt">): Promise<boolean>;
  take(grant: Pick<Grant, "service" | "name" | "kind">): Promise<boolean>;
}

/** The versions bound to an environment at a moment. A rollback makes a new release with an old one's bindings. */
export interface Release {
  readonly number: number;
  readonly createdAt: number;
  readonly actor: string;
  /** `apply`, `rollback to r4`, `adopt` … */
  readonly reason: string;
  /** `good` once its rollout ended well */
  readonly state: "open" | "good" | "failed";
  readonly targets: readonly ReleaseTarget[];
}

export interface ReleaseTarget {
  /** `service@host` */
  readonly target: string;
  /** `r7`: the release in which this target's content last changed */
  readonly label: string;
  readonly digest: string;
  readonly bindings: readonly Binding[];
}

/** A value bound to a target: a stored version, or text resolved from contract and manifest, sealed with the release. */
export interface Binding {
  readonly name: string;
  readonly fingerprint: Fingerprint;
  readonly sensitive: boolean;
  /** set for a stored version */
  readonly version?: { readonly id: number; readonly number: number; readonly scope: Scope };
  /** `store`, `manifest`, `contract` */
  readonly origin: string;
}

export interface NewBinding extends Binding {
  /** for bindings without a version: kept sealed */
  readonly value?: Sensitive;
  /** for one that is made of stored values: ids of their versions; it ends with each of them */
  readonly holds?: readonly number[];
}

export interface NewReleaseTarget extends Omit<ReleaseTarget, "bindings" | "label"> {
  /** undefined: this release's own label */
  readonly label?: string;
  readonly bindings: readonly NewBinding[];
}

/** The release `label` of a target holds a version of the name. */
export interface BoundName {
  readonly target: string;
  readonly label: string;
  readonly name: string;
}

export interface Releases {
  /** refuses (VALUES_INVALID, names only) a binding to a version that is not live, and one without version and value */
  create(release: {
    readonly actor: Actor;
    readonly reason: string;
    readonly targets: readonly NewReleaseTarget[];
  }): Promise<Release>;
  latest(state?: Release["state"]): Promise<Release | undefined>;
  find(number: number): Promise<Release | undefined>;
  /** which releases of which targets hold one of these versions */
  holding(versions: readonly number[]): Promise<readonly BoundName[]>;
  /** the same, of every version that is retired or compromised by now */
  barred(): Promise<readonly BoundName[]>;
  /** newest first, without bindings */
  list(limit: number): Promise<readonly Omit<Release, "targets">[]>;
  setState(number: number, state: Release["state"]): Promise<void>;
  /** opens every value of one target; refuses (VALUES_INVALID, names only) when a version is retired or compromised */
  open(
    number: number,
    target: string,
  ): Promise<readonly { readonly name: string; readonly value: Sensitive; readonly sensitive: boolean }[]>;
}

/** The journal: what was planned, and each effect before and after it happened. */
export interface Rollout {
  readonly id: string;
  readonly kind: "apply" | "rollback" | "adopt";
  readonly release: number;
  readonly state: "running" | "done" | "failed" | "returned" | "return-failed";
  readonly actor: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** the plan as JSON; holds no values */
  readonly plan: unknown;
}

export interface JournalStep {
  readonly seq: number;
  readonly at: number;
  readonly target: string;
  /** `stage`, `swap`, `restart a`, `verify a`, `gate`, `return` … */
  readonly step: string;
  readonly state: "started" | "done" | "failed";
  /** bounded, no value */
  readonly detail: string;
}

export interface Rollouts {
  begin(rollout: Pick<Rollout, "id" | "kind" | "release" | "plan"> & { readonly actor: Actor }): Promise<void>;
  append(id: string, step: Omit<JournalStep, "seq" | "at">): Promise<void>;
  finish(id: string, state: Exclude<Rollout["state"], "running">): Promise<void>;
  find(id: string): Promise<Rollout | undefined>;
  /** not finished: at most one per environment, because of the lease */
  open(): Promise<Rollout | undefined>;
  latest(limit: number): Promise<readonly Omit<Rollout, "plan">[]>;
  steps(id: string): Promise<readonly JournalStep[]>;
}

export interface LeaseHolder {
  readonly kind: "held";
  readonly number: number;
  readonly holder: string;
  readonly process?: string;
  readonly doing: string;
  readonly since: number;
  readonly until: number;
}

/** One rollout at a time per environment. The number grows with every take, and hosts refuse an older one. */
export interface Lease {
  take(request: {
    readonly actor: Actor;
    readonly doing: string;
    readonly ttl: number;
    /** by which others on its machine can tell whether it lives; kept, and told to whoever finds the lease held */
    readonly process?: string;
    /** number of a lease whose holder is gone for certain: it counts as ended, if it is still that one */
    readonly over?: number;
  }): Promise<{ readonly kind: "taken"; readonly number: number } | LeaseHolder>;
  /** who has it now */
  holder(ttl: number): Promise<LeaseHolder | undefined>;
  /** false when it was given back or taken by another since; a late renewal that nobody raced is fine */
  renew(number: number, ttl: number): Promise<boolean>;
  release(number: number): Promise<void>;
}

/** What a probe found of a credential; never a value. */
export interface FoundState {
  readonly provider: string;
  /** the variable that gives the credential its name, and its version */
  readonly name: string;
  readonly version: number;
  readonly fingerprint: Fingerprint;
  /** fingerprint of the credential's own address; empty where it has none */
  readonly address: string;
  readonly state: string;
  readonly meaning: string;
  readonly actor: Actor;
}

/** From the first to the last of the probes in a row that found the same state. */
export interface ProbePeriod extends Omit<FoundState, "actor"> {
  readonly since: number;
  readonly last: number;
  readonly times: number;
  /** who probed first */
  readonly actor: string;
}

export interface Probes {
  /** prolongs the newest period of that name, value and address when the state is the same, and begins another otherwise */
  record(found: FoundState): Promise<ProbePeriod>;
  /** newest first */
  list(): Promise<readonly ProbePeriod[]>;
}

/** Append-only, one gapless sequence over the whole store. */
export interface AuditLog {
  append(entry: NewAuditEntry): Promise<AuditEntry>;
  head(): Promise<AuditHead>;
  /** newest first */
  list(filter: {
    readonly limit: number;
    readonly environment?: string;
    readonly subject?: string;
    readonly actions?: readonly string[];
  }): Promise<readonly AuditEntry[]>;
  /** the head signed with the store's own key, in C2SP tlog-checkpoint form; kept, and to be sent off the machine */
  checkpoint(): Promise<string>;
  /** everything, oldest first, for the verifier */
  all(): AsyncIterable<AuditEntry>;
  /** those of the heads that this log never had: of another log, or of a newer copy of this one */
  foreign(heads: readonly AuditHead[]): Promise<readonly AuditHead[]>;
}
