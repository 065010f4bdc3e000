import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test, vi } from "vitest";
import { firstPassword, name, unheldPlatform, type Unheld } from "../operation/unheld-platform.ts";
import { keyturnAt } from "./keyturn.ts";

// a command for each of the places where one may be cut off
vi.setConfig({ testTimeout: 240_000 });

const preload = new URL("kill-at-write.ts", import.meta.url).href;

async function rotateUntil({ folder }: Unheld, number: number, moment: string): Promise<boolean> {
  const file = join(folder, "writes");
  await writeFile(file, "");
  const child = spawn(process.execPath, ["--import", preload, inject("command"), "rotate", name, "--yes"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", KEYTURN_KILL: `${number} ${moment} ${file}` },
    stdio: "ignore",
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect((await readFile(file, "utf8")).length).toBeGreaterThan(0);
  return signal === "SIGKILL";
}

/** Grafana takes what the store has, nothing is open, and nothing waits outside. */
async function expectWhole({ folder, grafana }: Unheld): Promise<void> {
  const keyturn = keyturnAt(folder);
  const { out } = await keyturn(`reveal ${name} --yes`);
  expect(grafana.passwords.get("admin")).toBe(out.trim());
  const listed = JSON.parse((await keyturn("rotations --json")).out) as readonly {
    state: string;
    issuance?: unknown;
  }[];
  expect(listed.filter(({ state, issuance }) => issuance !== undefined || state === "open")).toEqual([]);
}

test.each([
  ["before", "--continue"],
  ["behind", "--continue"],
  ["behind", "--back"],
] as const)("killed %s each of its writes, it comes to its end by %s", async (moment, way) => {
  const platform = await unheldPlatform();
  let number = 1;
  while (await rotateUntil(platform, number, moment)) {
    const { code } = await keyturnAt(platform.folder)(`rotate ${name} ${way} --yes`);
    // nothing was begun by then, or nothing is left; past the end of the old value there is only forward
    expect([0, 1, 69, 75], `write ${number}: ${code}`).toContain(code);
    if (code === 75) await keyturnAt(platform.folder)(`rotate ${name} --continue --yes`);
    await expectWhole(platform);
    number += 1;
  }
  expect(number).toBeGreaterThan(5);
  await expectWhole(platform);
});

test("plan, rotate and rotations tell that nothing restarts, and no value", async () => {
  const { folder, grafana } = await unheldPlatform();
  const keyturn = keyturnAt(folder);
  const plan = await keyturn(`plan --rotate ${name}`);
  expect(plan.out.replaceAll(/[0-9a-f]{12,16}/g, "FINGERPRINT")).toMatchInlineSnapshot(`
    "GRAFANA_ADMIN_PASSWORD  v1 FINGERPRINT → a new version
      no service has it: nothing restarts
      made first: another password of the Grafana user admin
      1.  the old value ends: retired, and destroyed where hosts keep it  no way back from here
    "
  `);
  const done = await keyturn(`rotate ${name} --yes`);
  expect([done.code, done.out]).toEqual([0, `done: ${name} is rotated, the old value is retired\n`]);
  expect((await keyturn("rotations")).out).toMatch(/GRAFANA_ADMIN_PASSWORD +done +– /);
  const trail = await keyturn(`rotations ${name}`);
  expect(trail.out).toMatch(/issued +Grafana +another password of the Grafana user admin/);
  for (const { out, err } of [plan, done, trail]) {
    for (const value of [firstPassword, grafana.passwords.get("admin") ?? ""]) expect(out + err).not.toContain(value);
  }
  const unmade = await keyturn("rotate WIKI_PASSWORD --yes");
  expect([unmade.code === 0, unmade.err]).toEqual([false, expect.stringMatching(/nothing makes its value[^]*--value/)]);
  const given = await keyturn("rotate WIKI_PASSWORD --value --yes", { input: "another-of-people\n" });
  expect([given.code, given.out]).toEqual([0, "done: WIKI_PASSWORD is rotated, the old value is retired\n"]);
});
