import { globSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import { attachedCalls, backend, fileOf, fleet, get, type Counters } from "./running-service.ts";

/* The controller killed in each phase of a rotation over six hosts, with calls going on. */
const lab = openLab();
const platform = openPlatform();
const rate = 20;
// the fleet has one backend, and on a busy machine that takes its time to be there again
const patience = "          DIALLER_ATTACH_TIMEOUT_MS: 50000\n          DIALLER_BUSY_WAIT_MS: 50000\n";
const files = [
  ["app1", "/opt/voxbridge"],
  ["app2", "/opt/voxbridge"],
  ["fleet1", "/opt/voxcore"],
  ["fleet2", "/opt/voxcore"],
  ["fleet3", "/opt/voxcore"],
  ["sip1", "/opt/voxdialler"],
] as const;

beforeAll(async () => {
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
});

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

/** What the command has said when it is killed, and how often by then. */
const moments = [
  ["before the first rollout", /"kind":"rotation-step".*"number":1/g],
  ["within it", /"step":"restart/g, 3],
  ["behind it", /"kind":"end"/g],
  ["during its proof", /"kind":"proof"/g, 2],
  ["before the second rollout", /"kind":"rotation-step".*"number":2/g],
  ["within it", /"step":"restart/g, 4],
  ["behind it", /"kind":"end"/g],
  ["during its proof", /"kind":"proof"/g, 3],
  ["during the quiet time", /"kind":"quiet"/g],
  ["before the third rollout", /"kind":"rotation-step".*"number":3/g],
  ["within it", /"step":"restart/g, 3],
  ["behind it", /"kind":"end"/g],
] as const;

/** The real command, ended with SIGKILL as soon as it has said so; whether it lived until then. */
async function killedAt(words: string, text: RegExp, times: number): Promise<boolean> {
  const { child, ended } = platform.start(`${words} --yes --json`);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if ([...said.matchAll(text)].length >= times) child.kill("SIGKILL");
  });
  await ended;
  return child.signalCode === "SIGKILL";
}

/** The old value has ended in the store and some host has forgotten it by then; one whose helper has to wait has not. */
async function killedDuringRetirement(): Promise<void> {
  const command = platform.start("rotate VOXCORE_SECRET --continue --yes --json");
  const { child } = command;
  await command.said('"kind":"proof"');
  const letGo = await holdHelper("fleet3");
  const before = keeping();
  while (child.exitCode === null && keeping().length === before.length) await setTimeout(20);
  child.kill("SIGKILL");
  await command.ended;
  await letGo();
  expect([child.signalCode, keeping()]).toEqual(["SIGKILL", expect.arrayContaining(["fleet3"])]);
}

/** No helper may change anything on the host from now on; what it gives ends that, once those that waited have given up. */
async function holdHelper(host: string): Promise<() => Promise<void>> {
  const shell = (script: string) => lab.exec(host, ["sh", "-c", script]);
  const until = (test: string) => shell(`until ${test}; do sleep 0.1; done`);
  const held = shell(
    'exec 9>>"$(echo /var/lib/keyturn/*/lock)"; flock 9; touch /run/held; until rm /run/let-go; do sleep 0.1; done',
  );
  await until("rm /run/held");
  return async () => {
    // the brackets keep it from finding its own shell
    await until("! pgrep -f '[k]eyturn-host'");
    await shell("touch /run/let-go");
    await held;
  };
}

/** Hosts that keep a release before. */
function keeping(): readonly string[] {
  const hosts = files.map(([host]) => host);
  return hosts.filter((host) => globSync("var/lib/keyturn/*/previous", { cwd: lab.root(host) }).length > 0);
}

test("killed in each phase and gone on with each time, it comes to its end, and no attach fails", async () => {
  const old = secretOf("sip1", "/opt/voxdialler");
  await attachedCalls(rate);
  const killed: string[] = [];
  for (const [index, [phase, text, times = 1]] of moments.entries()) {
    const words = `rotate VOXCORE_SECRET${index === 0 ? "" : " --continue"}`;
    if (!(await killedAt(words, text, times))) break;
    killed.push(phase);
  }
  expect(killed).toEqual(moments.map(([phase]) => phase));
  await killedDuringRetirement();
  const { out } = await must(platform, "rotate VOXCORE_SECRET --continue --yes");
  expect(out).toContain("is rotated everywhere");
  await expectRotated(old);
}, 400_000);

function secretOf(host: string, folder: string): string {
  return fileOf(lab, host, `${folder}/.env`).get("VOXCORE_SECRET") ?? "";
}

/** Everyone has one new value, no attach was lost, the old one is refused everywhere, and no host keeps it. */
async function expectRotated(old: string): Promise<void> {
  const counters = JSON.parse(await get("http://10.77.0.31:8090/stats")) as Counters;
  expect(counters).toMatchObject({ refused: 0, broken: 0, busy: 0 });
  expect(counters.success).toBeGreaterThan(rate);
  const secrets = new Set(files.map(([host, folder]) => secretOf(host, folder)));
  expect([secrets.size, secrets.has(old)]).toEqual([1, false]);
  const statuses = await Promise.all([
    ...backend.map(({ host }) => statusOf(old, host, ["http://127.0.0.1:8080/internal/settings"])),
    ...fleet.map(({ host }, index) =>
      statusOf(old, host, ["-d", "{}", `http://127.0.0.1:810${(index % 3) + 1}/attach`]),
    ),
  ]);
  expect(new Set(statuses)).toEqual(new Set(["401"]));
  for (const [host] of files) {
    const found = await lab.exec(host, ["grep", "-rlF", "-f", "-", "/opt", "/var/lib/keyturn"], { input: `${old}\n` });
    expect(found.stdout).toBe("");
  }
  expect((await platform.keyturn("plan")).out).toContain("nothing to do");
}

async function statusOf(value: string, host: string, more: readonly string[]): Promise<string> {
  const words = ["curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", "-H", "@-", ...more];
  return (await lab.exec(host, words, { input: `x-voxcore-secret: ${value}\n` })).stdout;
}
