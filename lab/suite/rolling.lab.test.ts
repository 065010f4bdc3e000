import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { breakUnit, mendUnit } from "./broken-unit.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import {
  attachedCalls,
  dialler,
  fleet,
  get,
  processEnvironment,
  property,
  type Counters,
  type Unit,
} from "./running-service.ts";

const lab = openLab();
const platform = openPlatform();
const [caller = never()] = dialler;
const rate = 8;

beforeAll(async () => {
  await freshHosts(lab);
  await lab.publishCode();
  await fillStore(platform);
  // of nine workers three have a call at any time
  platform.edit(
    "keyturn.yaml",
    "          VOXCORE_WORKERS",
    `          DIALLER_CALLS_PER_SECOND: ${rate}\n          VOXCORE_WORKERS`,
  );
  platform.edit(
    "keyturn.yaml",
    `values: { BACKEND_URL: "http://app1:8080" }`,
    `values: { BACKEND_URL: "http://app1:8080", AUDIO_SAMPLE_RATE: 16000 }`,
  );
  await must(platform, "hosts prepare --yes --via root-%h");
  await must(platform, "apply --yes");
});

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

let sampleRate = 16_000;
/** A setting of the fleet that was never delivered before: all of its nine instances are restarted for it. */
function changeFleet(): void {
  platform.edit("keyturn.yaml", `AUDIO_SAMPLE_RATE: ${sampleRate}`, `AUDIO_SAMPLE_RATE: ${(sampleRate += 1)}`);
}

test("callers feel nothing of an apply over the whole fleet", async () => {
  await attachedCalls(rate);
  changeFleet();
  const { err } = await must(platform, "apply fleet --yes");
  const counters = await counted();
  console.log(`attaches during the apply: ${JSON.stringify(counters)}`);
  expect(counters).toMatchObject({ refused: 0, broken: 0, busy: 0 });
  expect(counters.success).toBeGreaterThan(rate);
  expect(err.match(/drain \d/g)).toHaveLength(fleet.length);
  for (const host of ["fleet1", "fleet2", "fleet3"]) {
    const units = fleet.filter((unit) => unit.host === host);
    for (const [index, next] of units.slice(1).entries()) {
      const before = units[index] ?? never();
      expect(await stopped(next), `${next.unit} on ${host}`).toBeGreaterThan(await listening(before));
    }
  }
});

test("a call that is in progress ends before its worker does", async () => {
  const [worker = never()] = fleet;
  const begin = await uptime(worker.host);
  await call(worker, 4000);
  changeFleet();
  const { err } = await must(platform, "apply fleet --yes");
  expect(err).toContain("drain 1");
  expect(err).not.toContain("still busy");
  expect((await stopped(worker)) - begin).toBeGreaterThan(4);
});

test("a worker that stays busy is waited for as long as the manifest says, and no longer", async () => {
  const [worker = never()] = fleet;
  platform.edit("keyturn.yaml", "limit: 30s }", "limit: 3s }");
  await call(worker, 120_000);
  changeFleet();
  const { err } = await must(platform, "apply fleet --yes");
  expect(err).toMatch(/drain 1.*still busy at its limit, restarted all the same/);
  expect(err.match(/still busy/g)).toHaveLength(1);
  platform.edit("keyturn.yaml", "limit: 3s }", "limit: 30s }");
});

test("a reload changes the release that the dialler reports, and neither its process nor its counters", async () => {
  const before = await identity();
  const release = await reported();
  const calls = (await counted()).success;
  platform.edit("keyturn.yaml", `DIALLER_CALLS_PER_SECOND: ${rate}`, `DIALLER_CALLS_PER_SECOND: ${rate + 1}`);
  const planned = await platform.keyturn("plan");
  expect(planned.out).toContain("sip1: write the file, reload\n");
  const { out } = await must(platform, "apply --yes");
  expect(out).toContain("verified");
  expect(await identity()).toEqual(before);
  expect(await reported()).not.toBe(release);
  expect((await processEnvironment(lab, caller)).get("DIALLER_CALLS_PER_SECOND")).toBe(String(rate));
  expect((await counted()).success).toBeGreaterThan(calls);
  const { rows } = await platform.json<{ rows: { service: string; release: string }[] }>("status");
  expect(rows.find(({ service }) => service === "dialler")?.release).toBe(await reported());
  expect((await platform.keyturn("plan")).out).toContain("nothing to do");
});

test("a dialler that takes no notice of a reload keeps its release, and the rollout goes back", async () => {
  const [before, release] = [await identity(), await reported()];
  await breakUnit(lab, caller, "ExecReload=\nExecReload=/bin/true\n");
  platform.edit("keyturn.yaml", `DIALLER_CALLS_PER_SECOND: ${rate + 1}`, "DIALLER_CALLS_PER_SECOND: 3");
  platform.edit("keyturn.yaml", '8090/health", release: release }', '8090/health", release: release, deadline: 3s }');
  const { code, out, err } = await platform.keyturn("apply --yes");
  expect(code).toBe(1);
  expect(out + err).toMatch(/dialler@sip1, verify: unhealthy: .* reports r\d+, expected r\d+/);
  expect(out + err).toContain("back on the release before: sip1");
  expect(await reported()).toBe(release);
  expect(await identity()).toEqual(before);
  await mendUnit(lab, caller);
  await must(platform, "apply --yes");
  expect(await reported()).not.toBe(release);
});

test("a reload that nothing would prove is refused before anything is touched, with the way out", async () => {
  platform.edit("keyturn.yaml", ", release: release, deadline: 3s }", " }");
  const { code, out, err } = await platform.keyturn("apply --yes");
  expect(code).not.toBe(0);
  expect(out + err).toContain("DIALLER_CALLS_PER_SECOND, DIALLER_CALL_MS are reloaded");
  expect(out + err).toContain("@restart=restart");
});

/** Gives a worker a call, as the dialler does. */
async function call(worker: Unit, durationMs: number): Promise<void> {
  const secret = (await processEnvironment(lab, worker)).get("VOXCORE_SECRET") ?? never();
  const port = 8100 + Number(/@(\d+)/.exec(worker.unit)?.[1]);
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`http://10.77.0.21:${port}/attach`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-voxcore-secret": secret },
      body: JSON.stringify({ durationMs }),
    });
    if (answer.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${worker.unit} took no call`);
}

/** When the unit last stopped, seconds of its host's monotonic clock. */
async function stopped(unit: Unit): Promise<number> {
  return Number(await property(lab, unit, "InactiveEnterTimestampMonotonic")) / 1e6;
}

/** When its program was last ready, on the same clock, as its journal tells. */
async function listening({ host, unit }: Unit): Promise<number> {
  const { stdout } = await lab.exec(host, ["journalctl", "-u", unit, "-o", "short-monotonic", "-q", "--no-pager"]);
  const last = stdout.split("\n").findLast((line) => line.includes('"listening"')) ?? never();
  return Number(/^\[\s*([\d.]+)\]/.exec(last)?.[1]);
}

async function uptime(host: string): Promise<number> {
  return Number((await lab.exec(host, ["cat", "/proc/uptime"])).stdout.split(" ")[0]);
}

/** Since the dialler started, or was told to count anew. */
async function counted(): Promise<Counters> {
  return JSON.parse(await get("http://10.77.0.31:8090/stats")) as Counters;
}

async function identity(): Promise<readonly string[]> {
  return Promise.all(["MainPID", "InvocationID"].map((name) => property(lab, caller, name)));
}

async function reported(): Promise<string> {
  return (JSON.parse(await get("http://10.77.0.31:8090/health")) as { release: string }).release;
}

function never(): never {
  throw new Error("it has to be there");
}
