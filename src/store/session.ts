import type { Clock, MakeId } from "#kernel";
import type { Transaction as KyselyTransaction } from "kysely";
import type { EnvironmentKeys, Keyring } from "./keyring.ts";
import type { Tables } from "./schema.ts";
import type { EnvironmentRow } from "./store.ts";

/** One transaction and what its rooms need. */
export interface Session {
  readonly tx: KyselyTransaction<Tables>;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** runs once the transaction is on disk, and not at all when it was rolled back */
  afterCommit(effect: () => void): void;
}

/** What the rooms of one environment share. */
export interface EnvironmentSession extends Session {
  readonly environment: EnvironmentRow;
  readonly keys: EnvironmentKeys;
}
