import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, run } from "./folder.ts";

const unit = "[Service]\nEnvironmentFile=/opt/api/.env\nUser=api\nExecStart=/usr/bin/api\n";
const sources = {
  "api/.env.example": "# The database\nDATABASE_URL=postgres://user:change-me@db/app\n# @public\nPORT=8080\n",
  "api/deploy/api.service": unit,
  "web/.env.example": "# @sensitive @required\nAPI_TOKEN=change-me\n",
  ".gitignore": "node_modules/",
};

test("init proposes, lists, makes the store, and says what it took for granted and what to do next", async () => {
  const { keyturn, path } = await makeFolder(sources);
  await run(path, "git", ["init", "-q"]);
  const { code, out, err } = await keyturn("init", "--host", "app1", "--host", "app2", "--name", "shop");
  expect(code).toBe(0);
  expect(err).toContain("api      systemd  api/.env.example  api/deploy/api.service  2          1\n");
  expect(err).toContain("inferred as secret in api/.env.example: DATABASE_URL\n");
  expect(err).toContain("the contracts ask for these values of the store:\n");
  expect(out).toMatch(/^written .*keyturn\.yaml\n/);
  expect(out).toContain("added to .gitignore: .env  .env.*  prod/  .keyturn/  !.env.example\n");
  expect(out).toMatch(/^key: .*plain\.key, beside the store: whoever reads this folder reads every value$/m);
  expect(out).toContain("not granted yet: 2 values, as shown above\n");
  expect(out).toMatch(/next:\n {2}keyturn check\n {2}keyturn grant --missing --env production\n/);
  expect(await readFile(join(path, "keyturn.yaml"), "utf8")).toMatch(/^platform: shop$[^]*hosts: \[app1, app2\]/m);
  expect(await readFile(join(path, ".gitignore"), "utf8")).toBe(
    "node_modules/\n.env\n.env.*\nprod/\n.keyturn/\n!.env.example\n",
  );
  expect((await stat(join(path, ".keyturn/plain.key"))).mode & 0o777).toBe(0o600);
});

test("what init wrote is a manifest that check accepts, and what nobody looked at is named", async () => {
  const { keyturn, path } = await makeFolder(sources);
  await keyturn("init", "--host", "app1");
  await rm(join(path, ".keyturn"), { recursive: true });
  const { code, out } = await keyturn("check");
  expect(code).toBe(0);
  expect(out).toMatch(/^keyturn\.yaml:\d+:\d+: notice: this was inferred by `keyturn init`/m);
});

test("with --yes what the contracts ask for today is granted, in every environment, and is in the log", async () => {
  const { keyturn } = await makeFolder(sources);
  const { out } = await keyturn("init", "--yes", "--json");
  expect(JSON.parse(out)).toMatchObject({
    environments: ["production", "local"],
    grants: [
      { service: "api", name: "DATABASE_URL", kind: "hold", environment: "production" },
      { service: "web", name: "API_TOKEN", kind: "hold", environment: "local" },
    ],
    wishes: [],
    store: { kind: "made" },
  });
  const log = await keyturn("audit");
  expect(log.out).toMatch(
    /store\.make[^]*grant\.give {2,}production {2,}DATABASE_URL[^]*grant\.give {2,}local {2,}API_TOKEN/,
  );
});

test("a loader name is never granted in bulk", async () => {
  const { keyturn } = await makeFolder({ "api/.env.example": "# @required\nNODE_OPTIONS=\n" });
  const { out } = await keyturn("init", "--yes");
  expect(out).toContain("keyturn grant api NODE_OPTIONS --loader");
});

test("a second init changes nothing, and a fresh clone gets a store only", async () => {
  const { keyturn, path } = await makeFolder(sources);
  await keyturn("init", "--yes");
  const before = await readFile(join(path, "keyturn.yaml"), "utf8");
  const again = await keyturn("init", "--yes");
  expect(again.code).toBe(73);
  expect(again.err).toMatch(/keyturn\.yaml and its store are there already\n.*nothing was changed/);
  await rm(join(path, ".keyturn"), { recursive: true });
  const clone = await keyturn("init");
  expect([clone.code, clone.out]).toEqual([
    0,
    expect.stringMatching(/is there already and stays as it is\nstore: .*, new\n/),
  ]);
  expect(await readFile(join(path, "keyturn.yaml"), "utf8")).toBe(before);
  expect((await keyturn("list", "--env", "local")).out).toContain("no values yet");
});

test("where nothing shows a service, nothing is written", async () => {
  const { keyturn, path } = await makeFolder({ "main.js": "" });
  const { code, err } = await keyturn("init", "--yes");
  expect(code).toBe(69);
  expect(err).toMatch(/no service is seen in .*: there is no \.env\.example\nkeyturn: hint: put an \.env\.example/);
  await expect(stat(join(path, "keyturn.yaml"))).rejects.toThrow("ENOENT");
  await expect(stat(join(path, ".keyturn"))).rejects.toThrow("ENOENT");
});
