import { expect } from "vitest";
import type { Lab } from "../lab.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, type Platform } from "./platform.ts";
import { backend, fileOf, fleet, get, type Counters } from "./running-service.ts";

/** Where the secret that all services share stands. */
export const secretFolders = [
  ["app1", "/opt/voxbridge"],
  ["app2", "/opt/voxbridge"],
  ["fleet1", "/opt/voxcore"],
  ["fleet2", "/opt/voxcore"],
  ["fleet3", "/opt/voxcore"],
  ["sip1", "/opt/voxdialler"],
] as const;

// the fleet has one backend, and on a busy machine that takes its time to be there again
const patience = "          DIALLER_ATTACH_TIMEOUT_MS: 50000\n          DIALLER_BUSY_WAIT_MS: 50000\n";

/** The platform on six hosts that are as new, with so many calls a second. */
export async function startCalling(lab: Lab, platform: Platform, rate: number): Promise<void> {
  await freshHosts(lab);
  await lab.publishCode();
  await fillStore(platform);
  platform.edit(
    "keyturn.yaml",
    "          VOXCORE_WORKERS",
    `          DIALLER_CALLS_PER_SECOND: ${rate}\n          DIALLER_CALL_MS: 20\n${patience}          VOXCORE_WORKERS`,
  );
  platform.edit(
    "keyturn.yaml",
    `values: { BACKEND_URL: "http://app1:8080" }`,
    `values: { BACKEND_URL: "http://app1:8080", VOXCORE_BACKEND_WAIT_MS: 40000 }`,
  );
  await must(platform, "hosts prepare --yes --via root-%h");
  await must(platform, "apply --yes");
}

/** The shared secret as the caller has it. */
export function presentedSecret(lab: Lab): string {
  return secretOf(lab, "sip1", "/opt/voxdialler");
}

/** As the dialler counted its calls since the last reset. */
export async function countedCalls(): Promise<Counters> {
  return JSON.parse(await get("http://10.77.0.31:8090/stats")) as Counters;
}

/** Everyone has one new value, no attach was lost, the old one is refused everywhere, and no host keeps it. */
export async function expectRotated(lab: Lab, platform: Platform, { old, rate }: Rotated): Promise<void> {
  const counters = await countedCalls();
  expect(counters).toMatchObject({ refused: 0, broken: 0, busy: 0 });
  expect(counters.success).toBeGreaterThan(rate);
  const secrets = new Set(secretFolders.map(([host, folder]) => secretOf(lab, host, folder)));
  expect([secrets.size, secrets.has(old)]).toEqual([1, false]);
  // tried everywhere, not assumed: no instance takes the old value
  expect(await statusesFor(lab, old)).toEqual(Array.from({ length: backend.length + fleet.length }, () => "401"));
  // nothing of it is kept on any host
  for (const [host] of secretFolders) {
    const found = await lab.exec(host, ["grep", "-rlF", "-f", "-", "/opt", "/var/lib/keyturn"], { input: `${old}\n` });
    expect(found.stdout).toBe("");
  }
  expect((await platform.keyturn("plan")).out).toContain("nothing to do");
}

interface Rotated {
  readonly old: string;
  /** more calls than in a second were attached since the last reset */
  readonly rate: number;
}

function secretOf(lab: Lab, host: string, folder: string): string {
  return fileOf(lab, host, `${folder}/.env`).get("VOXCORE_SECRET") ?? "";
}

/** What each backend and each worker of the fleet say to a value. */
async function statusesFor(lab: Lab, value: string): Promise<readonly string[]> {
  const ask = async (host: string, url: string, more: readonly string[] = []) => {
    const words = ["curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", "-H", "@-", ...more, url];
    return (await lab.exec(host, words, { input: `x-voxcore-secret: ${value}\n` })).stdout;
  };
  return Promise.all([
    ...backend.map(({ host }) => ask(host, "http://127.0.0.1:8080/internal/settings")),
    ...fleet.map(({ host }, index) => ask(host, `http://127.0.0.1:810${(index % 3) + 1}/attach`, ["-d", "{}"])),
  ]);
}
