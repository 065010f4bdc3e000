import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dialects } from "#dialect";
import type { Lab } from "../lab.ts";
import { attempt } from "../run.ts";

export interface Unit {
  readonly host: string;
  readonly unit: string;
}

export const backend: readonly Unit[] = ["app1", "app2"].map((host) => ({ host, unit: "voxbridge.service" }));
export const fleet: readonly Unit[] = ["fleet1", "fleet2", "fleet3"].flatMap((host) =>
  ["1", "2", "3"].map((instance) => ({ host, unit: `voxcore@${instance}.service` })),
);
export const dialler: readonly Unit[] = [{ host: "sip1", unit: "voxdialler.service" }];
export const units: readonly Unit[] = [...backend, ...fleet, ...dialler];

/** One property of a unit, as its systemd tells it. */
export async function property(lab: Lab, { host, unit }: Unit, name: string): Promise<string> {
  return (await lab.exec(host, ["systemctl", "show", "--value", `--property=${name}`, unit])).stdout.trim();
}

/** Each unit's InvocationID, `host unit` → id. */
export async function invocations(lab: Lab, of: readonly Unit[] = units): Promise<Readonly<Record<string, string>>> {
  const hosts = await Promise.all(
    [...Map.groupBy(of, ({ host }) => host)].map(async ([host, found]) => {
      const names = found.map(({ unit }) => unit);
      const { stdout } = await lab.exec(host, ["systemctl", "show", "--value", "--property=InvocationID", ...names]);
      const ids = stdout.trimEnd().split(/\n+/);
      return names.map((unit, index) => [`${host} ${unit}`, ids[index] ?? ""] as const);
    }),
  );
  return Object.fromEntries(hosts.flat());
}

/** Units that were started again since. */
export async function restartedSince(lab: Lab, before: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const after = await invocations(lab);
  return Object.keys(before).filter((unit) => before[unit] !== after[unit]);
}

/** What the running process has, read from the kernel. */
export async function processEnvironment(lab: Lab, unit: Unit): Promise<ReadonlyMap<string, string>> {
  const script = 'cat "/proc/$(systemctl show --value --property=MainPID "$0")/environ"';
  const { stdout } = await lab.exec(unit.host, ["sh", "-c", script, unit.unit]);
  return new Map(
    stdout
      .split("\0")
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** What a file on a host says in systemd's grammar. */
export function fileOf(lab: Lab, host: string, path: string): ReadonlyMap<string, string> {
  const { entries } = dialects.systemd.read(readFileSync(join(lab.root(host), path)));
  return new Map(entries.map(({ name, value }) => [name, value.reveal().toString("utf8")]));
}

/** `owner:group mode` */
export async function ownership(lab: Lab, host: string, path: string): Promise<string> {
  return (await lab.exec(host, ["stat", "-c", "%U:%G %a", path])).stdout.trim();
}

/** The body of what an address answers to this machine, from outside the hosts. */
export async function get(url: string): Promise<string> {
  return (await attempt(["curl", "-s", "-m", "5", url])).stdout;
}

export interface Counters {
  readonly success: number;
  readonly refused: number;
  readonly broken: number;
  readonly busy: number;
}

/** Calls of the dialler from now on, once `least` of them were attached. */
export async function attachedCalls(least: number): Promise<Counters> {
  await attempt(["curl", "-s", "-m", "5", "-X", "POST", "http://10.77.0.31:8090/stats/reset"]);
  const deadline = performance.now() + 15_000;
  for (;;) {
    const text = await get("http://10.77.0.31:8090/stats");
    const counters = text === "" ? undefined : (JSON.parse(text) as Counters);
    if (counters !== undefined && counters.success >= least) return counters;
    if (performance.now() > deadline) throw new Error(`only ${text} calls were attached`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
