import { chmod, mkdir } from "node:fs/promises";
import { AppError } from "#kernel";
import { prepareBase } from "./base-tree.ts";
import { publishCode } from "./code.ts";
import { takeDown } from "./down.ts";
import { bootHost, furnishHost, isRunning, rootOf, waitUntilUp } from "./host.ts";
import { everyHost, hostTable, type HostSpec } from "./host-table.ts";
import { makeImage } from "./image.ts";
import { raiseLimit } from "./kernel-limit.ts";
import { raiseBridge } from "./network.ts";
import { installPackages, machinePackages } from "./package-list.ts";
import { stateFolder } from "./place.ts";
import type { Tell } from "./progress.ts";
import { prepareSsh, writeKnownHosts } from "./ssh.ts";

/** Hosts that run belong to someone: they are never taken down to make room. */
export async function refuseWhenUp(): Promise<void> {
  for (const { name } of everyHost) {
    if (await isRunning(name)) {
      throw new AppError("ALREADY_RUNNING", `host ${name} of the lab is up`, { hint: "npm run lab -- down ends it" });
    }
  }
}

export async function anyUp(): Promise<boolean> {
  const states = await Promise.all(hostTable.map(({ name }) => isRunning(name)));
  return states.includes(true);
}

export async function refuseWhenDown(hosts: readonly HostSpec[] = hostTable): Promise<void> {
  for (const { name } of hosts) {
    if (await isRunning(name)) continue;
    throw new AppError("NOT_FOUND", `host ${name} of the lab is not up`, { hint: "npm run lab -- up" });
  }
}

export interface UpOptions {
  /** the platform's hosts when absent */
  readonly hosts?: readonly HostSpec[];
  readonly signal?: AbortSignal;
}

/** Brings every host up from nothing. What an earlier run left behind is removed first. */
export async function bringUp(tell: Tell, { hosts = hostTable, signal }: UpOptions = {}): Promise<void> {
  await installPackages(machinePackages, tell, signal);
  await takeDown({ base: "keep" });
  await mkdir(stateFolder, { recursive: true });
  await chmod(stateFolder, 0o755);
  const base = await prepareBase(tell, signal);
  await prepareSsh(hosts);
  const commit = await publishCode();
  tell(`code of the example platform is at ${commit.slice(0, 12)}`);
  await raiseBridge();
  await raiseLimit(hosts.length);
  for (const spec of hosts) {
    signal?.throwIfAborted();
    await furnishHost(spec, base);
  }
  await writeKnownHosts(hosts, rootOf);
  tell(`booting ${hosts.map((host) => host.name).join(" ")}`);
  for (const { name } of hosts) await bootHost(name);
  await Promise.all(hosts.map(({ name }) => waitUntilUp(name, upLimit(hosts))));
  for (const { name, engine } of hosts) if (engine) await makeImage(name);
  signal?.throwIfAborted();
  tell(`${hosts.length} hosts are up`);
}

/** They share the processors while they boot: a minute for the platform's, more for more. */
function upLimit({ length }: readonly HostSpec[]): number {
  return Math.max(60_000, length * 10_000);
}
