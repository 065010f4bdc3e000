import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { removeControlGroup } from "./control-group.ts";
import { removeHost } from "./host.ts";
import { lowerBridge } from "./network.ts";
import { place, stateFolder } from "./place.ts";
import { closeConnections } from "./ssh.ts";

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
  for (const name of existsSync(stateFolder) ? await readdir(stateFolder) : []) {
    const path = `${stateFolder}/${name}`;
    if (path !== place.bases) await rm(path, { recursive: true, force: true });
  }
  if (base === "remove") await rm(stateFolder, { recursive: true, force: true });
}
