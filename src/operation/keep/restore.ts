import type { Kek } from "#envelope";
import type { Sensitive } from "#kernel";
import { recoverStore, restoreStore } from "#store";
import type { Context } from "../context.ts";

export interface RestoreRequest {
  readonly file: string;
  /** for a backup that was encrypted to the recovery recipient */
  readonly identity?: Sensitive;
  /** the store's key is lost: the identity stands in for it, and a new key is made */
  readonly keyLost: boolean;
  /** of a database on a PostgreSQL server, for a store that is not to be a file in the home */
  readonly address?: string;
}

export interface RestoreResult {
  readonly home: string;
  readonly environments: readonly string[];
  /** file of the new key, where the old one was lost */
  readonly keyFile?: string;
}

/**
 * A store from a backup, in a home that has none. Every environment begins a new epoch: whatever still works with the
 * lost store is refused by a host as soon as this one has changed something there.
 */
export async function restoreBackup(context: Context, request: RestoreRequest): Promise<RestoreResult> {
  const { home, actor, clock } = context;
  const { file, identity, keyLost, address } = request;
  return context.settleStore(address, async (place) => {
    const options = { ...place, file, actor, clock, keyLost, ...(identity === undefined ? {} : { identity }) };
    if (!keyLost) return { home, ...(await restoreStore({ ...options, kek: (kdf) => context.kek(kdf) })) };
    return withNewKey(context, async (kek) => ({ home, ...(await restoreStore({ ...options, kek })) }));
  });
}

/** For the day when the key of a store that is still there is lost: everything under a new one. */
export async function recoverWith(context: Context, identity: Sensitive): Promise<RestoreResult> {
  const { home, actor, clock } = context;
  return withNewKey(context, async (kek) => ({
    home,
    ...(await recoverStore({ ...(await context.storePlace()), identity, kek, actor, clock })),
  }));
}

async function withNewKey(context: Context, work: (kek: Kek) => Promise<RestoreResult>): Promise<RestoreResult> {
  const next = await context.nextKek();
  try {
    const result = await work(next.kek);
    return { ...result, keyFile: (await next.install()).file };
  } catch (error) {
    await next.discard();
    throw error;
  }
}
