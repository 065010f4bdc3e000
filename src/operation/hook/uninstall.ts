import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { withoutBlock } from "./husky.ts";
import { findManager, type HookManager } from "./manager.ts";
import { findHooks, lookAtHook } from "./place.ts";
import { hookNames, type HookName } from "./script.ts";

export interface Uninstalled {
  readonly hooks: readonly {
    readonly hook: HookName;
    readonly path: string;
    /** what was there before is back */
    readonly restored: boolean;
  }[];
  /** its file calls the hooks, and is a person's to change */
  readonly manager?: HookManager;
}

/** Takes away what `installHooks` wrote, and puts back what was there before. Others' hooks are left alone. */
export async function uninstallHooks(
  context: Pick<Context, "processEnvironment">,
  folder: string,
): Promise<Uninstalled> {
  const found = await findHooks(context, folder);
  const manager = await findManager(found);
  if (manager?.name === "husky") return { hooks: await fromHusky(manager) };
  const hooks: Uninstalled["hooks"][number][] = [];
  for (const hook of hookNames) {
    const { path, kept, state, keeps } = await lookAtHook(found.folder, hook);
    if (state !== "ours") continue;
    if (keeps) await rename(kept, path);
    else await rm(path);
    hooks.push({ hook, path, restored: keeps });
  }
  return { hooks, ...(manager === undefined || manager.calls.length === 0 ? {} : { manager }) };
}

/** A file that held nothing else goes as well. */
async function fromHusky({ file, calls }: HookManager): Promise<Uninstalled["hooks"]> {
  return Promise.all(
    calls.map(async (hook) => {
      const path = join(file, hook);
      const rest = withoutBlock(await readFile(path, "utf8"));
      if (rest === "") await rm(path);
      else await writeFile(path, rest);
      return { hook, path, restored: rest !== "" };
    }),
  );
}
