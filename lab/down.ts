import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { AppError } from "#kernel";
import { forgetUnfinishedBase } from "./base-tree.ts";
import { removeControlGroup } from "./control-group.ts";
import { removeHost } from "./host.ts";
import { restoreLimit } from "./kernel-limit.ts";
import { removeTree } from "./mount.ts";
import { lowerBridge } from "./network.ts";
import { place, stateFolder } from "./place.ts";
import { closeConnections } from "./ssh.ts";
import { findTraces } from "./trace.ts";

export interface DownOptions {
  /** the base tree takes a minute to make and no memory to keep */
  readonly base: "keep" | "remove";
}

/** Removes every trace: processes, mounts, links, control groups, files. Safe to repeat, and after half an `up`. */
export async function takeDown({ base }: DownOptions): Promise<void> {
  await closeConnections();
  const hosts = existsSync(place.hosts) ? await readdir(place.hosts) : [];
  await Promise.all(hosts.map(removeHost));
  await lowerBridge();
  await removeControlGroup();
  await restoreLimit();
  for (const name of existsSync(stateFolder) ? await readdir(stateFolder) : []) {
    const path = `${stateFolder}/${name}`;
    if (path !== place.bases && path !== place.claim) await removeTree(path);
  }
  if (base === "remove") await removeTree(place.bases);
  else await forgetUnfinishedBase();
  const traces = await findTraces();
  if (traces.length === 0) return;
  throw new AppError("COMMAND_FAILED", `the lab left something behind: ${shortened(traces)}`, {
    hint: "npm run lab -- down once more",
  });
}

/** Hosts that still run have hundreds of processes: the first few tell what it is. */
function shortened(traces: readonly string[]): string {
  const few = traces.slice(0, 5).join(", ");
  return traces.length > 5 ? `${few} and ${traces.length - 5} more` : few;
}
