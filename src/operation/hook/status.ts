import type { Context } from "../context.ts";
import { findManager, type HookManager } from "./manager.ts";
import { findHooks, lookAtHook } from "./place.ts";
import type { HookName } from "./script.ts";

export interface HookStatus {
  /** where Git looks for hooks */
  readonly folder: string;
  readonly hooks: readonly ListedHook[];
  readonly manager?: HookManager;
}

interface ListedHook {
  readonly hook: HookName;
  /** `other`: somebody else's hook stands there */
  readonly state: "installed" | "absent" | "other";
  readonly path: string;
  /** runs before ours */
  readonly kept?: string;
}

export async function hookStatus(context: Pick<Context, "processEnvironment">, folder: string): Promise<HookStatus> {
  const found = await findHooks(context, folder);
  const manager = await findManager(found);
  const names: readonly HookName[] = found.top === undefined ? ["pre-receive"] : ["pre-commit", "pre-push"];
  const hooks: ListedHook[] = [];
  for (const hook of names) {
    const { path, kept, state, keeps } = await lookAtHook(found.folder, hook);
    if (manager?.calls.includes(hook) === true) hooks.push({ hook, state: "installed", path: manager.file });
    else if (state !== "ours") hooks.push({ hook, state, path });
    else hooks.push({ hook, state: "installed", path, ...(keeps ? { kept } : {}) });
  }
  return { folder: found.folder, hooks, ...(manager === undefined ? {} : { manager }) };
}
