import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { makeFolder, run } from "./folder.ts";

const example = join(import.meta.dirname, "../../examples/voxbridge");

test("a broken platform: every finding with its place, the next step, one line that sums up, exit 2", async () => {
  const { keyturn, path } = await makeFolder({
    ...shop,
    ".gitignore": ".env\n.env.*\n!.env.example\nprod/\n",
    "api/.env.example": "# @required @type=prot\nPORT=8080\nNODE_OPTIONS=\n",
    "api/main.js": "process.env.PROT;\n",
  });
  await run(path, "git", ["init", "-q"]);
  const { code, out, err } = await keyturn("check", "--code", "api");
  expect([code, err]).toEqual([2, ""]);
  expect(out).toContain(
    ".gitignore:5:1: error: .gitignore does not list .keyturn/\n  → add the line .keyturn/ to .gitignore\n",
  );
  expect(out).toMatch(/^api\/\.env\.example:1:13: error: @type: expected /m);
  expect(out).toMatch(/^api\/\.env\.example:3:1: warning: api asks for NODE_OPTIONS: /m);
  expect(out).toContain(
    "api/main.js:1:13: error: PROT is read here, and api/.env.example lacks it, did you mean PORT?\n",
  );
  expect(out).toMatch(/^notice: there is no store in .*: values are not checked$/m);
  expect(out).toMatch(/\nshop: 2 services, 5 variables, environment local: \d errors, \d warnings?, \d notices?\n$/);
});

test("places are told as seen from the folder one is in", async () => {
  const { path } = await makeFolder({ ...shop, "keyturn.yaml": "platform: shop\nservces: {}\n" });
  const bin = join(import.meta.dirname, "../../bin/keyturn.js");
  const { code, out } = await run(join(path, "api"), process.execPath, [bin, "check"]);
  expect(code).toBe(2);
  expect(out).toContain('../keyturn.yaml:2:1: error: unknown field "servces", did you mean services?\n');
});

test("the example platform is clean, its code too, in every environment and without a store", async () => {
  const { keyturn, path } = await makeFolder({});
  await cp(example, path, { recursive: true, filter: (source) => !/node_modules|\.keyturn|\/dist/.test(source) });
  const { code, out } = await keyturn("check", "--code");
  expect(code).toBe(0);
  expect(out).toMatch(/\nvoxbridge: 4 services, 62 variables, environments local, production: 0 errors, 0 warnings, /);
  expect(out.split("\n").filter((line) => / (?:error|warning): /.test(line))).toEqual([]);
});

test("one environment when it is named, one document with --json, and 66 without a manifest", async () => {
  const { keyturn } = await makeFolder(shop);
  const { code, out } = await keyturn("check", "--env", "local", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ platform: "shop", environments: [{ name: "local", values: "unchecked" }] });
  const empty = await makeFolder({});
  expect(await empty.keyturn("check")).toMatchObject({ code: 66, out: "" });
});
