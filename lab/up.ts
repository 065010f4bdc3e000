import { chmod, mkdir } from "node:fs/promises";
import { AppError } from "#kernel";
import { prepareBase } from "./base-tree.ts";
import { publishCode } from "./code.ts";
import { takeDown } from "./down.ts";
import { bootHost, furnishHost, isRunning, rootOf, waitUntilUp } from "./host.ts";
import { hostTable } from "./host-table.ts";
import { makeImage } from "./image.ts";
import { raiseBridge } from "./network.ts";
import { installPackages, machinePackages } from "./package-list.ts";
import { stateFolder } from "./place.ts";
import type { Tell } from "./progress.ts";
import { prepareSsh, writeKnownHosts } from "./ssh.ts";

/** Hosts that run belong to someone: they are never taken down to make room. */
export async function refuseWhenUp(): Promise<void> {
  for (const { name } of hostTable) {
    if (await isRunning(name)) {
      throw new AppError("ALREADY_RUNNING", `host ${name} of the lab is up`, { hint: "npm run lab -- down ends it" });
    }
  }
}

export async function refuseWhenDown(): Promise<void> {
  for (const { name } of hostTable) {
    if (await isRunning(name)) continue;
    throw new AppError("NOT_FOUND", `host ${name} of the lab is not up`, { hint: "npm run lab -- up" });
  }
}

/** Brings every host up from nothing. What an earlier run left behind is removed first. */
export async function bringUp(tell: Tell, signal?: AbortSignal): Promise<void> {
  await installPackages(machinePackages, tell, signal);
  await takeDown({ base: "keep" });
  await mkdir(stateFolder, { recursive: true });
  await chmod(stateFolder, 0o755);
  const base = await prepareBase(tell, signal);
  await prepareSsh();
  const commit = await publishCode();
  tell(`code of the example platform is at ${commit.slice(0, 12)}`);
  await raiseBridge();
  for (const spec of hostTable) {
    signal?.throwIfAborted();
    await furnishHost(spec, base);
  }
  await writeKnownHosts(rootOf);
  tell(`booting ${hostTable.map((host) => host.name).join(" ")}`);
  for (const { name } of hostTable) await bootHost(name);
  await Promise.all(hostTable.map(({ name }) => waitUntilUp(name)));
  for (const { name, engine } of hostTable) if (engine) await makeImage(name);
  signal?.throwIfAborted();
  tell(`${hostTable.length} hosts are up`);
}
