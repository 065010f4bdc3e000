import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FoundHooks } from "#corpus";
import { AppError } from "#kernel";
import type { Context } from "../context.ts";
import { withBlock } from "./husky.ts";
import { kitOptions } from "./kit-option.ts";
import { findManager, managerText, type HookManager } from "./manager.ts";
import { findHooks, hooksOf, lookAtHook } from "./place.ts";
import { hookScript, type HookCommand, type HookName } from "./script.ts";

interface HookRequest {
  /** in the repository */
  readonly folder: string;
  /** of a repository that is pushed to, instead of those of one that is worked in */
  readonly preReceive: boolean;
}

export interface InstallRequest extends HookRequest {
  /** into a folder that is named for every repository as well */
  readonly shared: boolean;
  readonly command: HookCommand;
  /** path of a scan kit, for where no store is; in hooks that are committed a file of the repository */
  readonly kit?: string;
}

export type Installed =
  | { readonly kind: "installed"; readonly hooks: readonly InstalledHook[]; readonly manager?: HookManager }
  /** a person adds `text` to the manager's file */
  | { readonly kind: "wanted"; readonly manager: HookManager; readonly text: string };

interface InstalledHook {
  readonly hook: HookName;
  readonly path: string;
  /** where what was there before stands now: it runs first */
  readonly kept?: string;
}

/** What is there already is kept and goes on to run. May be repeated: the hook is written anew. */
export async function installHooks(
  context: Pick<Context, "processEnvironment">,
  { folder, preReceive, shared, command, kit }: InstallRequest,
): Promise<Installed> {
  const found = await findHooks(context, folder);
  const names = hooksOf(found, preReceive);
  const manager = preReceive ? undefined : await findManager(found);
  const withKit = await kitOptions(kit, manager === undefined ? found : { ...found, place: "committed" });
  if (manager?.name === "husky")
    return { kind: "installed", manager, hooks: await intoHusky(manager.file, names, withKit) };
  if (manager !== undefined) return withManager(manager, withKit);
  if (found.place === "shared" && !shared) throw refuseShared(found);
  const { program, options } = found.place === "own" ? command : { options: [] };
  const own = { options: [...options, ...withKit], ...(program === undefined ? {} : { program }) };
  const hooks: InstalledHook[] = [];
  for (const hook of names) hooks.push(await installHook(found.folder, hook, own));
  return { kind: "installed", hooks };
}

async function withManager(manager: HookManager, options: readonly string[]): Promise<Installed> {
  if (manager.name === "husky") return { kind: "installed", hooks: [], manager };
  const text = await readFile(manager.file, "utf8");
  if (manager.calls.length === 2 && text.includes(options.join(" "))) return { kind: "installed", hooks: [], manager };
  return { kind: "wanted", manager, text: managerText(manager.name, options) };
}

function refuseShared({ folder }: FoundHooks): AppError {
  return new AppError("USAGE", `core.hooksPath names ${folder} for every repository of this user or machine`, {
    hint: "--shared installs it there, for all of them; `git config core.hooksPath .git/hooks` gives this one hooks of its own",
  });
}

async function intoHusky(
  folder: string,
  names: readonly HookName[],
  options: readonly string[],
): Promise<readonly InstalledHook[]> {
  return Promise.all(
    names.map(async (hook) => {
      const path = join(folder, hook);
      const text = await readFile(path, "utf8").catch(() => "");
      await writeHook(path, withBlock(text, hook, options));
      return { hook, path };
    }),
  );
}

async function installHook(folder: string, hook: HookName, command: HookCommand): Promise<InstalledHook> {
  const { path, kept, state, keeps } = await lookAtHook(folder, hook);
  if (state === "other" && keeps) {
    throw new AppError("ALREADY_EXISTS", `${path} was put over the one that Keyturn had installed`, {
      hint: `${kept} is what stood there before: take one of the two away, then install again`,
    });
  }
  await mkdir(folder, { recursive: true });
  if (state === "other") await rename(path, kept);
  await writeHook(path, hookScript(hook, command));
  return { hook, path, ...(state === "other" || keeps ? { kept } : {}) };
}

async function writeHook(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
    await chmod(path, 0o755);
  } catch (cause) {
    throw new AppError("FILE_UNREADABLE", `${path} can't be written`, { cause });
  }
}
