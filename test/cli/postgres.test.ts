import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { stopProcesses } from "#host";
import { freePort } from "../operation/live-platform.ts";
import { writeProject } from "../operation/make-context.ts";
import { emptyDatabase, query, serverOf } from "../store/database-for-test.ts";
import { keyturnAt, type Keyturn } from "./keyturn.ts";

const planted = "planted-secret-4711";

const files = {
  "keyturn.yaml": `platform: shop
services:
  api:
    contract: api/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: api
    hosts: [here]
environments:
  local:
    hosts: { here: local }
`,
  "api/.env.example":
    "# @required @sensitive\nTOKEN=change-me\n# @required @sensitive @generate=random(32)\nKEY=change-me\n",
  "api/main.cjs": "setInterval(() => {}, 1000);\n",
};

interface Project {
  readonly folder: string;
  readonly keyturn: Keyturn;
  readonly address: string;
  readonly database: string;
}

/** A platform without a store, and the address of an empty database that asks for a password. */
async function project(): Promise<Project> {
  const folder = await writeProject(files);
  onTestFinished(async () => void (await stopProcesses(join(folder, ".keyturn/run/local"), { limit: 500 })));
  const { database } = await emptyDatabase();
  const address = `postgres://keyturn@127.0.0.1:${inject("postgres").port}/${database}`;
  return { folder, keyturn: keyturnAt(folder), address, database };
}

async function writePassword(folder: string, mode = 0o600): Promise<void> {
  await mkdir(join(folder, ".keyturn"), { recursive: true });
  await writeFile(join(folder, ".keyturn/store.password"), `${inject("postgres").password}\n`, { mode });
}

/** Fails the test unless it went well. */
async function done(outcome: ReturnType<Keyturn>): Promise<string> {
  const { code, out, err } = await outcome;
  expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
  return out;
}

test("the whole of a platform on PostgreSQL, then moved to SQLite and back", { timeout: 120_000 }, async () => {
  const { folder, keyturn, address, database } = await project();
  await writePassword(folder);
  expect(await done(keyturn(`init --store ${address} --yes`))).toContain(`store: ${address}, new\n`);
  expect(await readFile(join(folder, ".keyturn/store.url"), "utf8")).toBe(`${address}\n`);
  await done(keyturn("grant --missing --yes"));
  await done(keyturn("set TOKEN", { input: planted }));
  await done(keyturn("generate --missing"));
  expect((await keyturn("plan")).code).toBe(2);
  await done(keyturn("apply --yes"));
  await done(keyturn("status"));
  await done(keyturn("audit verify"));
  await done(keyturn("backup one"));
  await expect(stat(join(folder, ".keyturn/keyturn.db"))).rejects.toThrow("ENOENT");
  const key = "--key-file .keyturn/plain.key";
  await done(keyturn(`restore one --home other ${key}`));
  expect((await done(keyturn(`reveal TOKEN --yes --home other ${key}`))).trim()).toBe(planted);
  await done(keyturn(`backup two --home other ${key}`));
  await query(serverOf("keyturn", database), "drop schema keyturn cascade; drop table public.global_settings");
  await done(keyturn(`restore two --store ${address}`));
  expect((await done(keyturn("reveal TOKEN --yes"))).trim()).toBe(planted);
  await done(keyturn("rekey"));
  expect((await done(keyturn("list"))).includes("TOKEN")).toBe(true);
  expect((await keyturn(`restore two --store ${address} ${key}`)).code).toBe(73);
});

test("a database that can't be reached leaves no manifest, no ignore list and no home behind", async () => {
  const folder = await writeProject({ "api/.env.example": files["api/.env.example"] });
  const before = await readdir(folder, { recursive: true });
  const nobody = await freePort();
  const { code } = await keyturnAt(folder)(`init --store postgres://keyturn@127.0.0.1:${nobody}/x --yes`);
  expect(code).toBe(75);
  expect(await readdir(folder, { recursive: true })).toEqual(before);
});

test("a password in the address is refused on the command line and in the home, and not repeated", async () => {
  const { folder, keyturn, address } = await project();
  const leaky = address.replace("keyturn@", "keyturn:hunter2-4711@");
  const given = await keyturn(`init --store ${leaky} --yes`);
  expect([given.code, given.err]).toEqual([78, expect.stringContaining("change it on the server")]);
  await expect(stat(join(folder, ".keyturn/store.url"))).rejects.toThrow("ENOENT");
  await mkdir(join(folder, ".keyturn"), { recursive: true });
  await writeFile(join(folder, ".keyturn/store.url"), `${leaky}\n`);
  const read = await keyturn("list");
  expect([read.code, read.err]).toEqual([78, expect.stringContaining("store.password, mode 600")]);
  expect(`${given.out}${given.err}${read.out}${read.err}`).not.toContain("hunter2");
});

test(
  "a password is wanted, must be the user's alone, and may be a credential of systemd",
  { timeout: 60_000 },
  async () => {
    const { folder, keyturn, address } = await project();
    const without = await keyturn(`init --store ${address} --yes`);
    expect([without.code, without.err]).toEqual([
      77,
      expect.stringContaining("asks for a password, and there is none"),
    ]);
    await expect(stat(join(folder, ".keyturn/store.url"))).rejects.toThrow("ENOENT");
    await writePassword(folder, 0o644);
    const open = await keyturn(`init --store ${address} --yes`);
    expect([open.code, open.err]).toEqual([77, expect.stringContaining("is open to other users")]);
    await mkdir(join(folder, "credentials"));
    await rename(join(folder, ".keyturn/store.password"), join(folder, "credentials/keyturn-store-password"));
    const variables = { CREDENTIALS_DIRECTORY: join(folder, "credentials") };
    await done(keyturn(`init --store ${address} --yes`, { variables }));
    await done(keyturn("list", { variables }));
  },
);

test("a home that has a store of its own and names another says so", async () => {
  const { folder, keyturn, address } = await project();
  await done(keyturn("init --yes"));
  const refused = await keyturn(`init --store ${address} --yes`);
  expect([refused.code, refused.err]).toEqual([78, expect.stringContaining("move keyturn.db out of the folder")]);
  await expect(stat(join(folder, ".keyturn/store.url"))).rejects.toThrow("ENOENT");
});
