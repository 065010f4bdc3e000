import { AppError } from "#kernel";
import type { Context } from "../context.ts";

export interface BackupRequest {
  readonly file: string;
  /** encrypt the whole file to the store's recovery recipient */
  readonly toRecipient: boolean;
}

export interface BackupResult {
  readonly file: string;
  /** the key that opens the values in it */
  readonly key: string;
  readonly recipient?: string;
  readonly environments: readonly string[];
}

/**
 * One consistent snapshot in a new file. Whoever has it and the key has every value, so the log tells it as a reveal; the
 * entry is written first, and is part of the backup.
 */
export async function backupStore(context: Context, { file, toRecipient }: BackupRequest): Promise<BackupResult> {
  const store = await context.openStore();
  const known = await store.transaction(async (tx) => {
    const recovery = await tx.keys.recovery();
    if (toRecipient && recovery.kind === "none") throw noRecipient();
    const environments = (await tx.environments.list()).map(({ name }) => name);
    const recipient = toRecipient && recovery.kind !== "none" ? recovery.recipient : undefined;
    const detail = { reveals: "every value", environments, encrypted: recipient !== undefined };
    await tx.audit.append({ actor: context.actor, action: "store.backup", subject: file, detail });
    return { key: tx.keys.id(), environments, ...(recipient === undefined ? {} : { recipient }) };
  });
  await store.backup(file, known.recipient === undefined ? {} : { recipient: known.recipient });
  return { file, ...known };
}

function noRecipient(): AppError {
  return new AppError("RECOVERY_UNPROVED", "the store has no recovery recipient to encrypt to", {
    hint: "`keyturn recovery init --out FILE` makes one; without --to-recipient the store's own key protects the backup",
  });
}
