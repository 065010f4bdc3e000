import type { Setting } from "#store";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import type { Watcher } from "../deploy/carry-out.ts";
import { withLeaseSoon } from "../deploy/lease.ts";
import { bringSetting } from "./roll-out-setting.ts";
import { settingSlot } from "./slot.ts";

/** Longer than the lease of a machine that went down lasts, milliseconds. */
const patience = 150_000;

/**
 * Begins the rollouts of settings that were kept and not brought to anybody: whoever saved them was cut short in between.
 * May be called while somebody saves: they are waited for. What can't be begun waits on.
 */
export async function rollOutWaiting(context: Context, watcher: Watcher): Promise<void> {
  demand(context, "admin");
  if ((await waiting(context)).length === 0) return;
  const { signal } = watcher;
  const asked = { doing: "settings that wait", limit: patience, ...(signal === undefined ? {} : { signal }) };
  await withLeaseSoon(context, asked, async (lease) => {
    const { platform } = await context.loadPlatform();
    for (const { revision } of await waiting(context)) {
      // another one's rollout may have brought it along
      const setting = (await waiting(context)).find((one) => one.revision === revision);
      if (setting === undefined || signal?.aborted === true) continue;
      await bringSetting(context, lease, { ...watcher, slot: settingSlot(platform, setting.provider), setting });
    }
  });
}

/** Newest first. An environment that was never used is not made for this. */
async function waiting(context: Context): Promise<readonly Setting[]> {
  const store = await context.openStore();
  return store.read(async (tx) => {
    const environment = await tx.environment(context.environment);
    const all = (await environment?.settings.list()) ?? [];
    return all.filter(({ waits }) => waits !== undefined);
  });
}
