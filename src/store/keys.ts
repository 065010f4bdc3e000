import { decryptWith, encryptTo, newKey, openRecovery, wrapForRecovery, type Kek, type Recipient } from "#envelope";
import { refuseUnnamed } from "./environment-name.ts";
import { AppError, type Sensitive } from "#kernel";
import { currentKeyring, kdfText } from "./keyring.ts";
import { sealedColumns } from "./sealed-column.ts";
import type { Session } from "./session.ts";
import type { Keys, Recovery } from "./store.ts";

export function keys(session: Session): Keys {
  return {
    id: () => session.keyring.kek.id,
    rekey: (kek) => rekey(session, kek),
    recovery: () => recovery(session),
    setRecovery: (recipient) => setRecovery(session, recipient),
    drill: (identity) => drill(session, identity),
  };
}

/**
 * In one transaction: values stay sealed under their data keys and these under the root keys, so there is one row per
 * environment to rewrap, and a crash leaves the old key or the new one, never both.
 */
async function rekey(session: Session, kek: Kek): Promise<void> {
  const { tx, keyring } = session;
  await currentKeyring(tx, keyring);
  const change = { tx, store: keyring.store, from: keyring.kek, to: kek };
  for (const column of sealedColumns) await column.rewrap?.(change);
  await tx
    .updateTable("keyring")
    .set({ key_id: kek.id, kdf: kdfText(kek) })
    .execute();
  session.afterCommit(() => keyring.replaceKek(kek));
}

async function recovery({ tx }: Session): Promise<Recovery> {
  const row = await tx
    .selectFrom("keyring")
    .select(["recipient", "recovery_proved_at as at"])
    .executeTakeFirstOrThrow();
  if (row.recipient === null) return { kind: "none" };
  if (row.at === null) return { kind: "unproved", recipient: row.recipient };
  return { kind: "proved", recipient: row.recipient, at: row.at };
}

async function setRecovery(session: Session, recipient: Recipient): Promise<void> {
  const { tx, keyring } = session;
  const row = await currentKeyring(tx, keyring);
  const environments = await tx.selectFrom("environment").selectAll().execute();
  // refused here when it is no recipient, also before there is an environment
  await encryptTo(recipient, Buffer.from(keyring.store));
  for (const environment of environments) {
    const { root } = keyring.environment(environment);
    const wrapped = await wrapForRecovery(recipient, keyring.store, environment.name, root);
    const update = tx.updateTable("environment").set({ root_recovery: wrapped });
    await update.where("name", "=", environment.name).execute();
  }
  const recovery_proved_at = row.recipient === recipient ? row.recovery_proved_at : null;
  await tx.updateTable("keyring").set({ recipient, recovery_proved_at }).execute();
}

async function drill(session: Session, identity: Sensitive): Promise<{ readonly environments: readonly string[] }> {
  const { tx, keyring, clock } = session;
  const { recipient } = await currentKeyring(tx, keyring);
  if (recipient === null) {
    throw new AppError("RECOVERY_UNPROVED", "the store has no recovery recipient", { hint: "name one first" });
  }
  await proveFresh(recipient, identity);
  const environments = await tx.selectFrom("environment").selectAll().orderBy("name").execute();
  refuseUnnamed(environments);
  for (const environment of environments) {
    const { root } = keyring.environment(environment);
    const wrapped = environment.root_recovery ?? new Uint8Array();
    const recovered = await openRecovery(identity, keyring.store, environment.name, wrapped);
    if (!recovered.commitment.equals(root.commitment)) {
      const data = { expected: root.id, found: recovered.id };
      throw new AppError("SEAL_BROKEN", `the recovery wrap of ${environment.name} holds another key`, { data });
    }
  }
  await tx.updateTable("keyring").set({ recovery_proved_at: clock.now() }).execute();
  return { environments: environments.map((environment) => environment.name) };
}

/** A store without environments has no wrap yet: the pair itself is proved too. */
async function proveFresh(recipient: Recipient, identity: Sensitive): Promise<void> {
  const challenge = newKey().commitment;
  const answer = await decryptWith(identity, await encryptTo(recipient, challenge));
  if (!answer.equals(challenge)) throw new AppError("SEAL_BROKEN", "the recovery identity gave something else");
}
