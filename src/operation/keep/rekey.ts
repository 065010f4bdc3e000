import type { Context } from "../context.ts";

export interface RekeyResult {
  readonly from: string;
  readonly to: string;
  /** the file with the new key */
  readonly file: string;
  /** where the old key was put aside: backups made until now open with it only */
  readonly kept?: string;
}

/**
 * Another key for the store. The new one is on the disk before the store is under it, and takes the old one's place
 * after that: a crash in between leaves both files, and the store opens with one of them.
 */
export async function rekeyStore(context: Context, newKeyFile?: string): Promise<RekeyResult> {
  const store = await context.openStore();
  const next = await context.nextKek(newKeyFile);
  const from = await store
    .transaction(async (tx) => {
      const id = tx.keys.id();
      await tx.keys.rekey(next.kek);
      const detail = { from: id, to: next.kek.id };
      await tx.audit.append({ actor: context.actor, action: "store.rekey", subject: store.id, detail });
      return id;
    })
    .catch(async (error: unknown) => {
      const current = await store.transaction(async (tx) => tx.keys.id()).catch(() => next.kek.id);
      if (current !== next.kek.id) await next.discard();
      throw error;
    });
  return { from, to: next.kek.id, ...(await next.install()) };
}
