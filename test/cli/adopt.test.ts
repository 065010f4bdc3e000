import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditTrail } from "../operation/make-context.ts";
import { runningPlatform, type Today } from "../operation/running-platform.ts";
import { keyturnAt } from "./keyturn.ts";

const today: Today = {
  api: { SHARED_SECRET: "planted-shared-1", PORT: "8080", LOG_LEVEL: "debug", MOTTO: "" },
  fleet: { SHARED_SECRET: "planted-shared-1", VENDOR_KEY: "planted-vendor-2", REGION: "eu" },
};

test("a running platform is taken over, and the next plan shows that nothing would change", async () => {
  const { folder, context } = await runningPlatform(today);
  const keyturn = keyturnAt(folder);
  const file = join(context.home, "run/local/api/.env");
  const before = await readFile(file);
  const { code, out, err } = await keyturn("adopt here --yes");
  expect(err).toContain("  SHARED_SECRET     same     to be stored\n");
  expect(err).toContain("as manifest or contract say");
  expect(err).toContain("idle@here: no file there yet");
  expect(out).toMatch(/^adopted: 2 targets as r1\nnothing to do: 2 targets of local as the store says\n$/);
  expect(code).toBe(0);
  expect(await readFile(file)).toEqual(before);
  const listed = (await keyturn("list --json")).out;
  expect(JSON.parse(listed).values.map(({ name, scope }: { name: string; scope: object }) => [name, scope])).toEqual(
    expect.arrayContaining([
      ["SHARED_SECRET", {}],
      ["VENDOR_KEY", {}],
      ["LOG_LEVEL", {}],
    ]),
  );
  expect(JSON.parse(listed).values).toHaveLength(3);
  expect((await keyturn("plan api fleet")).code).toBe(0);
  expect((await keyturn("drift api fleet")).code).toBe(0);
  expect(await auditTrail(context)).toEqual([
    "value.adopt SHARED_SECRET",
    "value.adopt LOG_LEVEL",
    "value.adopt VENDOR_KEY",
    "grant.give SHARED_SECRET",
    "grant.give LOG_LEVEL",
    "grant.give SHARED_SECRET",
    "grant.give VENDOR_KEY",
    "rollout.begin r1",
    "host.adopt r1",
  ]);
});

test("a second adoption finds its owner and changes nothing", async () => {
  const { folder } = await runningPlatform(today);
  const keyturn = keyturnAt(folder);
  await keyturn("adopt here --yes");
  const { code, out } = await keyturn("adopt here --yes");
  expect(code).toBe(0);
  expect(out).toContain("api@here: belongs to this store already\n");
  expect(out).toMatch(/nothing to take over\n$/);
});

test("an apply after a changed value restarts what was adopted", async () => {
  const { folder } = await runningPlatform(today);
  const keyturn = keyturnAt(folder);
  await keyturn("adopt here --yes");
  await keyturn("set VENDOR_KEY", { input: "planted-vendor-3" });
  const { code, out, err } = await keyturn("apply api fleet --yes");
  expect(err).toContain("VENDOR_KEY");
  expect(err).not.toContain("api@here");
  expect([code, out]).toEqual([0, "done: r2 runs on 1 target, verified\n"]);
});

test("names that the contract lacks are refused by name, and left out knowingly", async () => {
  const { folder } = await runningPlatform({ api: { ...today["api"], OLD_FLAG: "planted-flag" } });
  const keyturn = keyturnAt(folder);
  const refused = await keyturn("adopt here --yes");
  expect(refused.code).toBe(65);
  expect(refused.err).toContain("api@here has OLD_FLAG, which its contract lacks");
  expect(refused.err).toContain("add them to api/.env.example, or give --drop-foreign");
  expect((await keyturn("list --json")).out).toBe('{\n  "values": []\n}\n');
  const { code, err } = await keyturn("adopt here --yes --drop-foreign");
  expect(code).toBe(0);
  expect(err).toContain("the next apply that writes this file leaves them out");
});

test("a process that runs with something else than its file is refused", async () => {
  const { folder, context } = await runningPlatform(today);
  const file = join(context.home, "run/local/fleet/.env");
  await writeFile(file, (await readFile(file, "utf8")).replace("planted-vendor-2", "planted-vendor-9"));
  const { code, err } = await keyturnAt(folder)("adopt here --yes");
  expect(code).toBe(65);
  expect(err).toContain("VENDOR_KEY of fleet@here: the running process has another value than the file");
});

test("an environment-wide secret that differs in one service is kept for that service", async () => {
  const { folder } = await runningPlatform({
    ...today,
    idle: { SHARED_SECRET: "planted-shared-7", REGION: "us" },
  });
  const keyturn = keyturnAt(folder);
  const { code, out } = await keyturn("adopt here --yes");
  expect([code, out]).toEqual([0, "adopted: 3 targets as r1\nnothing to do: 3 targets of local as the store says\n"]);
  const listed = JSON.parse((await keyturn("list --json")).out).values as { name: string; scope: object }[];
  const scopes = listed.filter(({ name }) => name === "SHARED_SECRET").map(({ scope }) => scope);
  expect(scopes).toEqual(expect.arrayContaining([{}, { service: "idle" }]));
});

test("no value is in anything that adopt says", async () => {
  const { folder } = await runningPlatform({ ...today, idle: { SHARED_SECRET: "x", STRAY: "planted-stray" } });
  const keyturn = keyturnAt(folder);
  for (const words of ["adopt here --yes", "adopt here --yes --json", "adopt here --yes --drop-foreign --json"]) {
    const { out, err } = await keyturn(words);
    expect(`${out}${err}`).toContain("STRAY");
    expect(`${out}${err}`).not.toMatch(/planted|debug/);
  }
});
