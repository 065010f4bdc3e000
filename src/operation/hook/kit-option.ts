import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import type { FoundHooks } from "#corpus";
import { AppError } from "#kernel";
import { readKit } from "../scan/kit/scan-with-kit.ts";

/**
 * How a hook names its kit: with the whole path where it stays on this machine, from the repository's top where others get the hook
 * too. FILE_UNREADABLE for what is no kit, USAGE where others would not have it.
 */
export async function kitOptions(
  kit: string | undefined,
  { place, top }: Pick<FoundHooks, "place" | "top">,
): Promise<readonly string[]> {
  if (kit === undefined) return [];
  await readKit(kit);
  if (place !== "committed" || top === undefined) return ["--kit", kit];
  const path = relative(await realpath(top), await realpath(kit))
    .split(sep)
    .join("/");
  // written into shell and YAML as it is
  if (!path.startsWith("../") && /^[\w./@-]+$/.test(path)) return ["--kit", path];
  throw new AppError("USAGE", "these hooks are committed, and others have no such kit", {
    hint: "put the kit into the repository, under a name of letters, digits, . _ and -",
  });
}
