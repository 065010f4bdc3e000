import type { Actor } from "#audit";
import type { Fingerprint } from "#kernel";

/** What was saved of one provider at once. The values themselves are versions like any other, in a scope of their own. */
export interface Setting {
  /** counts from 1 through the settings of all providers */
  readonly revision: number;
  readonly provider: string;
  /** `returned`: by a rollout that failed */
  readonly origin: "saved" | "restored" | "returned";
  /** the revision whose values these are again */
  readonly earlier?: number;
  readonly check: "verified" | "unverified";
  readonly actor: string;
  readonly createdAt: number;
  readonly rollout?: string;
  /** to be rolled out, and its rollout was not begun yet: in waves, or at once because the key before is compromised */
  readonly waits?: "waves" | "at-once";
  /** absent: the row can't be opened */
  readonly content?: SettingContent;
}

export interface SettingContent {
  readonly fields: readonly {
    /** the provider's field */
    readonly id: string;
    readonly variable: string;
    /** id of the version */
    readonly version: number;
    readonly fingerprint: Fingerprint;
  }[];
  /** why it was saved although nothing proved it */
  readonly reason?: string;
}

export interface NewSetting extends Pick<Setting, "provider" | "origin" | "earlier" | "check" | "waits"> {
  readonly content: SettingContent;
  readonly actor: Actor;
}

export interface Settings {
  save(setting: NewSetting): Promise<Setting>;
  /** newest first, of every provider */
  list(): Promise<readonly Setting[]>;
  /** the rollout that brings it to the runtimes: it waits no longer */
  setRollout(revision: number, rollout: string): Promise<void>;
  /** there is nothing to wait for */
  settle(revision: number): Promise<void>;
}

/** A service that runs once for each user runs here for this one. */
export interface StoredRuntime {
  readonly service: string;
  readonly user: string;
  readonly host: string;
  readonly seat: number;
  readonly actor: string;
  readonly createdAt: number;
}

export interface UserRuntimes {
  list(): Promise<readonly StoredRuntime[]>;
  /** ALREADY_EXISTS */
  add(runtime: Pick<StoredRuntime, "service" | "user" | "host"> & { readonly actor: Actor }): Promise<StoredRuntime>;
  /** false when there was none */
  remove(runtime: Pick<StoredRuntime, "service" | "user">): Promise<boolean>;
}
