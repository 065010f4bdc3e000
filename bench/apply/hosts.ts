import { readFile, writeFile } from "node:fs/promises";
import { claimLab } from "../../lab/claim.ts";
import { takeDown } from "../../lab/down.ts";
import { benchTable, hostTable } from "../../lab/host-table.ts";
import { execOn, isRunning } from "../../lab/host.ts";
import { place } from "../../lab/place.ts";
import type { Tell } from "../../lab/progress.ts";
import { bringUp, refuseWhenUp } from "../../lab/up.ts";
import type { BenchHosts } from "../benchmark.ts";

/** The names that ssh knows: NAME logs in as the deploy user, `root-NAME` as root. */
export const benchHosts: readonly string[] = benchTable.map(({ name }) => name);

/** Does the work while the hosts are up. Those that were up before stay. */
export async function withHosts<T>(
  kind: BenchHosts,
  work: () => Promise<T>,
  { tell, signal }: { readonly tell: Tell; readonly signal: AbortSignal },
): Promise<T> {
  const hosts = kind === "bare" ? benchTable : hostTable;
  const running = await Promise.all(hosts.map(({ name }) => isRunning(name)));
  if (running.every(Boolean)) return work();
  const release = await claimLab();
  try {
    await refuseWhenUp();
    try {
      await bringUp(tell, { hosts, signal });
      return await work();
    } finally {
      tell("taking the hosts down");
      await takeDown({ base: "keep" });
    }
  } finally {
    await release();
  }
}

/** The lab's ssh configuration without its shared connections: everyone starts with none, as a CI job does. */
export async function writeSshConfig(file: string): Promise<void> {
  const shared = await readFile(place.sshConfig, "utf8");
  await writeFile(file, shared.replace(/^ {2}Control.*\n/gm, ""));
}

/** A script on every host at once, as root and without ssh. */
export async function onEach(hosts: readonly string[], script: string): Promise<void> {
  const outcomes = await Promise.all(hosts.map((host) => execOn(host, ["sh", "-eu", "-s"], { input: script })));
  outcomes.forEach(({ status, stderr }, index) => {
    if (status !== 0) throw new Error(`${hosts[index] ?? "a host"} can't be prepared: ${stderr}`);
  });
}
