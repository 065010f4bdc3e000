import type { Actor } from "#audit";
import { openRecovery, sealKeyCheck, wrapKey, type Kek } from "#envelope";
import { AppError, randomId, systemClock, type Clock, type Sensitive } from "#kernel";
import type { Transaction as KyselyTransaction } from "kysely";
import { refuseUnnamed } from "./environment-name.ts";
import { auditLog } from "./audit-log.ts";
import { classify } from "./dialect/sqlite.ts";
import { kdfText, Keyring, newSigningKey, rootPlace } from "./keyring.ts";
import { migrations } from "./migration/index.ts";
import { refuseNewer } from "./migration/migrate.ts";
import { databaseOf, type StorePlace } from "./place.ts";
import type { Tables } from "./schema.ts";

export interface RecoverOptions extends StorePlace {
  /** the age identity whose recipient the store wraps its root keys to */
  readonly identity: Sensitive;
  /** the key that takes the lost one's place */
  readonly kek: Kek;
  readonly actor: Actor;
  readonly clock?: Clock;
}

/**
 * For the day when the KEK is lost: every root key from its recovery wrap, under the new KEK, all or none. The log gets
 * a new signing key, since the old one was under the KEK alone.
 */
export async function recoverStore(options: RecoverOptions): Promise<{ readonly environments: readonly string[] }> {
  const { clock = systemClock } = options;
  const db = await databaseOf(options).open(clock);
  try {
    await refuseNewer(db, migrations);
    return await db.transaction().execute((tx) => recover(tx, { ...options, clock }));
  } catch (error) {
    throw classify(error);
  } finally {
    await db.destroy();
  }
}

/** As {@link recoverStore}, inside a transaction. */
export async function recover(
  tx: KyselyTransaction<Tables>,
  options: Omit<RecoverOptions, keyof StorePlace> & { readonly clock: Clock },
) {
  const { identity, kek, actor, clock } = options;
  const { store_id: store } = await tx.selectFrom("keyring").select("store_id").executeTakeFirstOrThrow();
  const environments = await tx.selectFrom("environment").selectAll().orderBy("name").execute();
  refuseUnnamed(environments);
  for (const { name, root_key_id, root_recovery } of environments) {
    if (root_recovery === null) {
      throw new AppError("RECOVERY_UNPROVED", `the root key of ${name} was never wrapped for recovery`);
    }
    const root = await openRecovery(identity, store, name, root_recovery);
    if (root.id !== root_key_id) throw new AppError("SEAL_BROKEN", `the recovery wrap of ${name} holds another key`);
    const root_wrapped = wrapKey(kek, rootPlace(store, name), root);
    await tx.updateTable("environment").set({ root_wrapped }).where("name", "=", name).execute();
  }
  const signing = newSigningKey(store, kek);
  const key = { key_id: kek.id, key_check: sealKeyCheck(kek, store), kdf: kdfText(kek), ...signing };
  await tx.updateTable("keyring").set(key).execute();
  const keyring = new Keyring({ store_id: store, signing_verifier: signing.signing_verifier }, kek);
  const names = environments.map((environment) => environment.name);
  const detail = { environments: names, key: kek.id, verifier: signing.signing_verifier };
  const session = { tx, keyring, clock, makeId: randomId, afterCommit: () => undefined };
  await auditLog(session).append({ actor, action: "store.recover", subject: store, detail });
  return { environments: names };
}
