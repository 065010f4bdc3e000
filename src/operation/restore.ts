import type { Sensitive } from "#kernel";
import { restoreStore } from "#store";
import type { Context } from "./context.ts";

export interface RestoreRequest {
  readonly file: string;
  /** for a backup that was encrypted to the recovery recipient */
  readonly identity?: Sensitive;
}

export interface RestoreResult {
  readonly home: string;
  readonly environments: readonly string[];
}

/**
 * A store from a backup, in a home that has none. Every environment begins a new epoch: whatever still works with the
 * lost store is refused by a host as soon as this one has changed something there.
 */
export async function restoreBackup(context: Context, { file, identity }: RestoreRequest): Promise<RestoreResult> {
  const { home, actor } = context;
  const kek = await context.kek();
  const { environments } = await restoreStore({
    file,
    folder: home,
    kek,
    actor,
    clock: context.clock,
    ...(identity === undefined ? {} : { identity }),
  });
  return { home, environments };
}
