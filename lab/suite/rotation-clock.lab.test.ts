import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform } from "./platform.ts";
import { attachedCalls, backend, fileOf, fleet, get, type Counters, type Unit } from "./running-service.ts";

/* A rotation over six hosts, with calls going on, while clocks of services are an hour off. */
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
  for (const host of ["fleet1", "fleet2", "sip1"]) await lab.exec(host, ["rm", "-rf", ...dropIns]);
  platform.remove();
  await freshHosts(lab);
});

const clock = "[Service]\nEnvironment=LD_PRELOAD=libfaketime.so.1 DONT_FAKE_MONOTONIC=1 FAKETIME=";
const dropIns = ["/etc/systemd/system/voxcore@2.service.d", "/etc/systemd/system/voxdialler.service.d"];

/** From its next start on, the unit's processes have another clock. */
async function shiftClock({ host, unit }: Unit, by: string): Promise<void> {
  const folder = `/etc/systemd/system/${unit}.d`;
  const library = "$(ls /usr/lib/*/faketime/libfaketime.so.1)";
  const script = `mkdir -p ${folder}; printf '%s' "${clock.replace("libfaketime.so.1", library)}${by}" > ${folder}/clock.conf; systemctl daemon-reload; systemctl restart ${unit}`;
  const { status, stderr } = await lab.exec(host, ["sh", "-c", script]);
  if (status !== 0) throw new Error(stderr);
}

test("services whose clocks are an hour off are rotated like all others", async () => {
  const shifted: readonly (readonly [Unit, string])[] = [
    [{ host: "fleet1", unit: "voxcore@2.service" }, "+1h"],
    [{ host: "fleet2", unit: "voxcore@2.service" }, "-1h"],
    [{ host: "sip1", unit: "voxdialler.service" }, "+1h"],
  ];
  for (const [unit, by] of shifted) await shiftClock(unit, by);
  const told = JSON.parse(
    (await lab.exec("fleet1", ["curl", "-s", "http://127.0.0.1:8102/health/secrets"])).stdout,
  ) as {
    readonly since: string;
  };
  expect(Math.abs(new Date(told.since).getTime() - Date.now())).toBeGreaterThan(50 * 60_000);
  const old = secretOf("sip1", "/opt/voxdialler");
  await attachedCalls(rate);
  const result = await platform.json<{ readonly kind: string; readonly calls?: object }>("rotate VOXCORE_SECRET --yes");
  expect(result).toMatchObject({ kind: "rotated", calls: { refused: 0, broken: 0 } });
  await expectRotated(old);
}, 300_000);

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
