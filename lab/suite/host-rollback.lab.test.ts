import { renameSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab } from "../lab.ts";
import { freshHosts } from "./fresh-hosts.ts";
import { fillStore, must, openPlatform, plantedValues } from "./platform.ts";
import { fileOf, fleet, processEnvironment } from "./running-service.ts";
import { findIn } from "./secret-search.ts";

const lab = openLab();
const platform = openPlatform();
const name = "OPENAI_API_KEY";
const helper = "/usr/local/lib/keyturn/keyturn-host";
const { [name]: second = "" } = plantedValues();
let first = "";
let lines: readonly { readonly target: string; readonly host: string; readonly line: string }[] = [];

beforeAll(async () => {
  await freshHosts(lab);
  await lab.publishCode();
  ({ [name]: first = "" } = await fillStore(platform));
  await must(platform, "hosts prepare --yes --via root-%h");
  await must(platform, "apply --yes");
  await must(platform, `set ${name}`, { input: second });
  await must(platform, "apply --yes");
  ({ lines } = await platform.json<{ lines: typeof lines }>("host-rollback fleet"));
  renameSync(platform.home, `${platform.home}.lost`);
  for (const { host } of lines) await lab.exec(host, ["mv", helper, `${helper}.lost`]);
});

afterAll(async () => {
  platform.remove();
  await freshHosts(lab);
});

async function carried(host: string): Promise<ReadonlySet<string | undefined>> {
  const units = fleet.filter((unit) => unit.host === host);
  return new Set(await Promise.all(units.map(async (unit) => (await processEnvironment(lab, unit)).get(name))));
}

test.each([
  ["fleet1", ["dash"]],
  ["fleet2", ["busybox", "sh"]],
  ["fleet3", ["bash"]],
] as const)("on %s, with neither Keyturn nor its helper, the line brings the file before back", async (host, shell) => {
  const { line = "" } = lines.find((one) => one.host === host) ?? {};
  expect(await carried(host)).toEqual(new Set([second]));
  const { stdout, status } = await lab.exec(host, [...shell], { input: `${line}\n` });
  const said = `fleet@${host}: back on r1; restarted: voxcore@1.service voxcore@2.service voxcore@3.service\n`;
  expect({ stdout, status }).toEqual({ stdout: said, status: 0 });
  expect(await carried(host)).toEqual(new Set([first]));
  expect(fileOf(lab, host, "/opt/voxcore/.env").get("KEYTURN_RELEASE")).toBe("r1");
  const mode = await lab.exec(host, ["stat", "-c", "%U:%G %a", "/opt/voxcore/.env"]);
  expect(mode.stdout).toBe("voxcore:voxcore 600\n");
  const again = await lab.exec(host, [...shell], { input: `${line}\n` });
  expect(again.stdout).toBe(`fleet@${host}: the release before is back already\n`);
  expect(
    findIn(line, [
      { name, value: first },
      { name, value: second },
    ]),
  ).toEqual([]);
});

test("Keyturn, when it is there again, sees what was done, and brings the new release again", async () => {
  renameSync(`${platform.home}.lost`, platform.home);
  for (const { host } of lines) await lab.exec(host, ["mv", `${helper}.lost`, helper]);
  const drift = await platform.keyturn("drift");
  expect(drift.code).toBe(2);
  expect(drift.out).toContain("it has r1, and the store wants other content");
  await must(platform, "apply --yes");
  expect(await carried("fleet1")).toEqual(new Set([second]));
});

test("a value that was retired does not come back by a line that was printed before", async () => {
  const { out } = await must(platform, `retire ${name} --yes`);
  expect(out).toContain("fleet@fleet1  the release before is destroyed");
  const { line = "" } = lines.find((one) => one.host === "fleet1") ?? {};
  const { stdout, status } = await lab.exec("fleet1", ["sh"], { input: `${line}\n` });
  expect(stdout).toContain("nothing earlier is kept: its values were retired");
  expect(status).toBe(1);
  expect(await carried("fleet1")).toEqual(new Set([second]));
});
