import { existsSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { AppError } from "#kernel";
import { attempt, run } from "./run.ts";

/** A tree of its own at `target`, over `lower`, which it can't change. */
export async function mountLayer(lower: string, layer: { upper: string; work: string }, target: string): Promise<void> {
  const options = `lowerdir=${lower},upperdir=${layer.upper},workdir=${layer.work}`;
  await run(["mount", "-t", "overlay", "keyturn-lab", "-o", options, target]);
}

/** Mount points in a folder, the innermost first. */
export async function mountsBelow(folder: string): Promise<readonly string[]> {
  const lines = (await readFile("/proc/self/mounts", "utf8")).split("\n");
  const points = lines.map((line) => line.split(" ")[1] ?? "");
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).toReversed();
}

/**
 * Removes a folder with everything in it, after unmounting what is mounted there. Refuses while a mount is left: what
 * lies behind it might belong to the machine.
 */
export async function removeTree(folder: string): Promise<void> {
  // the last process may still hold a mount for a moment
  for (let tries = 0; tries < 50 && (await mountsBelow(folder)).length > 0; tries += 1) {
    if (tries > 0) await setTimeout(100);
    for (const point of await mountsBelow(folder)) await attempt(["umount", point]);
  }
  const [left] = await mountsBelow(folder);
  if (left !== undefined) throw new AppError("COMMAND_FAILED", `${left} can't be unmounted`);
  await rm(folder, { recursive: true, force: true });
}

/** What a tree is to the kernel, or nothing when it isn't there. */
export async function identityOf(tree: string): Promise<string | undefined> {
  if (!existsSync(tree)) return undefined;
  const { dev, ino } = await stat(tree);
  return `${dev}:${ino}`;
}
