import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { expectRotated, presentedSecret, startCalling } from "./calling.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { openPlatform } from "./platform.ts";
import { attachedCalls, type Unit } from "./running-service.ts";

/* A rotation over six hosts, with calls going on, while clocks of services are an hour off. */
const lab = openLab();
const platform = openPlatform();
const rate = 20;

beforeAll(() => startCalling(lab, platform, rate));

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
  const old = presentedSecret(lab);
  await attachedCalls(rate);
  const result = await platform.json<{ readonly kind: string; readonly calls?: object }>("rotate VOXCORE_SECRET --yes");
  expect(result).toMatchObject({ kind: "rotated", calls: { refused: 0, broken: 0 } });
  await expectRotated(lab, platform, { old, rate });
}, 300_000);
