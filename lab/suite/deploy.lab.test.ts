import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { attempt } from "../run.ts";
import { freshHosts, platformHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import {
  attachedCalls,
  backend,
  dialler,
  fileOf,
  fleet,
  get,
  invocations,
  ownership,
  processEnvironment,
  property,
  restartedSince,
  units,
} from "./running-service.ts";
import { findIn, findInFolder, findOnHosts, watchProcesses, type Secret } from "./secret-search.ts";

const lab = openLab();
const platform = openPlatform();
const watch = watchProcesses();
const secrets: Secret[] = [];

interface Change {
  readonly target: string;
  readonly variables: readonly { readonly name: string; readonly kind: string }[];
  readonly steps: readonly { readonly kind: string; readonly instance?: string }[];
}

interface Planned {
  readonly plan: { readonly changes: readonly Change[]; readonly findings: readonly { readonly code: string }[] };
}

beforeAll(async () => {
  await freshHosts(lab);
  await lab.publishCode();
  plant(await fillStore(platform));
});

afterAll(async () => {
  watch.stop();
  platform.remove();
  await freshHosts(lab);
});

function plant(values: Readonly<Record<string, string>>): void {
  secrets.push(...Object.entries(values).map(([name, value]) => ({ name, value })));
}

test("hosts are prepared once, after everything that would be done was shown", async () => {
  const shown = await platform.keyturn("hosts prepare --via root-%h");
  expect(shown.code).not.toBe(0);
  expect(shown.out + shown.err).toContain("/etc/sudoers.d/keyturn-deploy");
  expect((await lab.exec("app1", ["test", "-e", "/etc/keyturn"])).status).toBe(1);
  await must(platform, "hosts prepare --yes --via root-%h");
  const again = await platform.json<{ hosts: { host: string; steps: { state: string }[] }[] }>(
    "hosts prepare --yes --via root-%h",
  );
  expect(again.hosts.map(({ host }) => host).toSorted()).toEqual([...platformHosts]);
  expect(new Set(again.hosts.flatMap(({ steps }) => steps.map(({ state }) => state)))).toEqual(new Set(["ok"]));
});

test("the deploy user may run the helper without arguments, and nothing else", async () => {
  for (const host of platformHosts) {
    const { stdout } = await attempt(["ssh", "-F", lab.sshConfig, host, "sudo -n -l"]);
    const rules = stdout.split("\n").filter((line) => /^\s+\(/.test(line));
    expect(rules.map((line) => line.trim())).toEqual(['(root) NOPASSWD: /usr/local/lib/keyturn/keyturn-host ""']);
  }
});

test("a plan exits with 2 and names every target, and nothing is there yet", async () => {
  const { code, out } = await platform.keyturn("plan");
  expect(code).toBe(2);
  for (const word of ["backend", "fleet", "dialler", "console", "app1, app2", "fleet1, fleet2, fleet3", "sip1"]) {
    expect(out).toContain(word);
  }
  expect((await lab.exec("app1", ["test", "-e", "/opt/voxbridge/.env"])).status).toBe(1);
});

test("an apply deploys the platform, backend before fleet before dialler", async () => {
  const { out } = await must(platform, "apply --yes");
  expect(out).toContain("r1 runs on 8 targets, verified");
  const started = (of: typeof units) =>
    Promise.all(of.map(async (unit) => Number(await property(lab, unit, "ExecMainStartTimestampMonotonic"))));
  const [first, second, third] = await Promise.all([backend, fleet, dialler].map(started));
  expect(Math.max(...(first ?? []))).toBeLessThan(Math.min(...(second ?? [])));
  expect(Math.max(...(second ?? []))).toBeLessThan(Math.min(...(third ?? [])));
  const generated = await processEnvironment(lab, { host: "app1", unit: "voxbridge.service" });
  for (const name of ["JWT_SECRET", "VOXCORE_SECRET", "OPERATOR_PASSWORD"])
    plant({ [name]: generated.get(name) ?? "" });
  for (const { value } of secrets) expect(value.length).toBeGreaterThan(11);
});

const files = [
  { path: "/opt/voxbridge/.env", user: "voxbridge", of: backend },
  { path: "/opt/voxcore/.env", user: "voxcore", of: fleet },
  { path: "/opt/voxdialler/.env", user: "voxdialler", of: dialler },
];

test.each(files)("$path is the service user's alone, and its processes have exactly what it says", async (file) => {
  for (const unit of file.of) {
    expect(await ownership(lab, unit.host, file.path)).toBe(`${file.user}:${file.user} 600`);
    const written = fileOf(lab, unit.host, file.path);
    const running = await processEnvironment(lab, unit);
    expect(written.size).toBeGreaterThan(8);
    for (const [name, value] of written)
      expect(running.get(name) === value, `${unit.host} ${unit.unit} ${name}`).toBe(true);
    for (const { name, value } of secrets.filter((secret) => written.has(secret.name))) {
      expect(running.get(name) === value, `${unit.host} ${unit.unit} ${name}`).toBe(true);
    }
  }
});

test("named instances share one file, and tell themselves apart by the unit", async () => {
  const instances = await Promise.all(
    fleet.map(async (unit) => (await processEnvironment(lab, unit)).get("VOXCORE_INSTANCE")),
  );
  expect(instances).toEqual(["1", "2", "3", "1", "2", "3", "1", "2", "3"]);
  expect((await lab.exec("fleet1", ["sh", "-c", "ls -A /opt/voxcore | grep -c env"])).stdout).toBe("1\n");
});

test("the console's bundle is served by nginx, with the brand and without a secret", async () => {
  for (const address of ["10.77.0.11", "10.77.0.12"]) {
    const page = await get(`http://${address}:8088/`);
    const script = /src="\.(\/[^"]+\.js)"/.exec(page)?.[1] ?? "";
    const bundle = page + (await get(`http://${address}:8088${script}`));
    expect(bundle.length).toBeGreaterThan(1000);
    expect(bundle).toContain("Voxbridge");
    expect(findIn(bundle, secrets)).toEqual([]);
    expect(JSON.parse(await get(`http://${address}:8088/api/health`))).toMatchObject({ status: "ok", release: "r1" });
  }
  expect((await lab.exec("app1", ["sh", "-c", "ls -A /opt/console/current/ | grep -c env"])).stdout).toBe("0\n");
});

test("calls are attached: backend, fleet and dialler have the same secret", async () => {
  expect(await attachedCalls(4)).toMatchObject({ refused: 0, broken: 0 });
});

test("a second apply has nothing to do and leaves every process alone", async () => {
  const before = await invocations(lab);
  const { code, out } = await platform.keyturn("apply --yes");
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("nothing to do: 8 targets") });
  expect((await platform.keyturn("plan")).code).toBe(0);
  expect(await restartedSince(lab, before)).toEqual([]);
});

test("status shows every instance with release and health", async () => {
  const { code, out } = await platform.keyturn("status");
  expect(code).toBe(0);
  const rows = out
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/ {2,}/));
  expect(rows).toHaveLength(units.length + 2);
  for (const [service, , , state, , health] of rows) {
    expect([state, health]).toEqual(service === "console" ? ["published", "healthy"] : ["active", "healthy"]);
  }
});

test("who and explain tell where a value is and why", async () => {
  const who = await platform.keyturn("who VOXCORE_SECRET");
  for (const host of platformHosts) expect(who.out).toContain(host);
  const why = await platform.keyturn("explain BACKEND_URL fleet1");
  expect(why.out).toContain("keyturn.yaml");
  expect(why.out).toContain("fleet/.env.example");
});

test("a changed setting of one service touches that service alone", async () => {
  const before = await invocations(lab);
  platform.edit("keyturn.yaml", "values: { BACKEND_URL:", "values: { AUDIO_SAMPLE_RATE: 8000, BACKEND_URL:");
  const { plan } = await platform.json<Planned>("plan");
  expect(plan.changes.map(({ target }) => target)).toEqual(["fleet@fleet1", "fleet@fleet2", "fleet@fleet3"]);
  expect(plan.changes.flatMap(({ variables }) => variables.map(({ name }) => name))).toEqual(
    Array(3).fill("AUDIO_SAMPLE_RATE"),
  );

  await must(platform, "apply --yes fleet@fleet2");
  const ofFleet2 = fleet.filter(({ host }) => host === "fleet2").map(({ host, unit }) => `${host} ${unit}`);
  expect(await restartedSince(lab, before)).toEqual(ofFleet2);

  await must(platform, "apply --yes fleet1");
  await must(platform, "apply --yes fleet");
  expect(await restartedSince(lab, before)).toEqual(fleet.map(({ host, unit }) => `${host} ${unit}`));
  expect((await platform.keyturn("apply --yes nowhere")).code).toBe(69);
});

test("a changed shared secret is a cut-over: said before, and every holder has it after", async () => {
  const value = randomBytes(32).toString("base64url");
  plant({ VOXCORE_SECRET: value });
  await must(platform, "set VOXCORE_SECRET", { input: value });
  const { plan } = await platform.json<Planned>("plan");
  expect(plan.changes.map(({ target }) => target)).toEqual([
    "backend@app1",
    "backend@app2",
    "fleet@fleet1",
    "fleet@fleet2",
    "fleet@fleet3",
    "dialler@sip1",
  ]);
  expect(plan.changes.flatMap(({ variables }) => variables.map(({ name }) => name))).toEqual(
    Array(6).fill("VOXCORE_SECRET"),
  );
  expect(plan.findings.map(({ code }) => code)).toEqual(["cut-over"]);
  const { err } = await must(platform, "apply --yes");
  expect(err).toContain("VOXCORE_SECRET is shared by backend, fleet, dialler");
  expect(await attachedCalls(4)).toMatchObject({ refused: 0, broken: 0 });
});

test("the queue is in Redis when REDIS_URL leads to one", async () => {
  const password = randomBytes(18).toString("hex");
  await lab.exec("app1", ["redis-cli"], { input: `CONFIG SET requirepass ${password}\n` });
  const value = `redis://:${password}@app1:6379/0`;
  plant({ REDIS_URL: value });
  await must(platform, "set REDIS_URL", { input: value });
  await must(platform, "apply --yes");
  for (const address of ["10.77.0.11", "10.77.0.12"]) {
    const health = async () => JSON.parse(await get(`http://${address}:8080/health`)) as unknown;
    await expect.poll(health, { timeout: 8000 }).toMatchObject({ queue: { kind: "redis" } });
  }
});

test("the audit log is whole, and every host agrees", async () => {
  const { code, out } = await platform.keyturn("audit verify --against all");
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("sound") });
  const { witnesses } = await platform.json<{ witnesses: unknown[] }>("audit verify --against all");
  expect(witnesses).toHaveLength(8);
});

test("no value is anywhere but in the services' files and processes", async () => {
  expect(secrets.length).toBeGreaterThan(15);
  expect(findIn(platform.printed(), secrets)).toEqual([]);
  const seen = watch.stop();
  expect(seen.arguments).toContain("keyturn.js\0apply");
  expect(findIn(seen.arguments + seen.carriers, secrets)).toEqual([]);
  expect(await findOnHosts(lab, secrets)).toEqual([]);
  for (const folder of [platform.home, platform.temporary]) expect(findInFolder(folder, secrets)).toEqual([]);
  // the search is able to find: the file that does hold a value
  expect(findIn(readFileSync(join(lab.root("app1"), "opt/voxbridge/.env"), "utf8"), secrets)).toContain("JWT_SECRET");
  expect(readdirSync(platform.home).length).toBeGreaterThan(0);
});
