import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hookFolder, type FoundHooks } from "#corpus";
import { AppError, systemCode } from "#kernel";
import type { Context } from "../context.ts";
import { keptName, mark, type HookName } from "./script.ts";

/** The hooks of the repository that a folder lies in; NOT_FOUND where there is none. */
export async function findHooks(
  { processEnvironment }: Pick<Context, "processEnvironment">,
  folder: string,
): Promise<FoundHooks> {
  const found = await hookFolder(folder, { variables: processEnvironment });
  if (found.kind === "repository") return found;
  if (found.kind === "no-git") throw new AppError("COMMAND_FAILED", "git can't be started", { hint: "install Git" });
  throw new AppError("NOT_FOUND", `${folder} is in no Git repository`, { hint: "name the folder of one" });
}

/** What stands in a hook's place. */
export interface HookFile {
  readonly path: string;
  /** where one that was there before is kept */
  readonly kept: string;
  readonly state: "absent" | "ours" | "other";
  readonly keeps: boolean;
}

export async function lookAtHook(folder: string, hook: HookName): Promise<HookFile> {
  const path = join(folder, hook);
  const kept = join(folder, keptName(hook));
  const text = await textOf(path);
  const state = text === undefined ? "absent" : text.includes(`\n${mark}`) ? "ours" : "other";
  return { path, kept, state, keeps: (await lstat(kept).catch(() => undefined)) !== undefined };
}

/** A link that leads nowhere stands there all the same. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    await lstat(path);
    return await readFile(path, "latin1").catch(() => "");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw new AppError("FILE_UNREADABLE", `${path} can't be read`, { cause });
  }
}

/** Those that a repository runs: what is committed to, or what is pushed to. */
export function hooksOf({ top }: FoundHooks, preReceive: boolean): readonly HookName[] {
  if (preReceive) return ["pre-receive"];
  if (top !== undefined) return ["pre-commit", "pre-push"];
  throw new AppError("USAGE", "nobody commits in a bare repository", {
    hint: "`keyturn hook install --pre-receive` looks at what is pushed to it",
  });
}
