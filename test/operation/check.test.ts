import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { checkPlatform, giveGrants, planPlatform, type CheckRequest } from "#operation";
import { makeProject, openProject, put, shop, writeProject, type Files } from "./make-context.ts";

const ignored = ".env\n.env.*\n!.env.example\nprod/\n.keyturn/\n";

test("a platform without a fault has no finding, and values are not checked without a store", async () => {
  const folder = await repository({ ...shop, ".gitignore": ignored });
  expect(await codes(folder)).toEqual(["values-unchecked"]);
});

test("an environment that the store does not know yet is not made by looking", async () => {
  const { context, folder } = await makeProject({ ...shop, ".gitignore": ignored });
  await checkPlatform([context], { needsValues: false });
  const store = await context.openStore();
  expect(await store.transaction((tx) => tx.environments.list())).toEqual([]);
  expect((await codes(folder)).filter((code) => code.startsWith("values"))).toEqual(["values-unchecked"]);
});

test("with a store, what is missing and what has no grant is found", async () => {
  const { context, folder } = await makeProject(shop);
  await put(context, "MONGO_URI", "mongodb://db/shop");
  const before = await all(folder);
  expect(before).toContainEqual(expect.stringMatching(/^api\/\.env\.example:2:1 missing SHARED_SECRET .*api/));
  expect(before).toContain("api/.env.example:5:1 grant-missing api asks for MONGO_URI and has no grant for it");
  await giveGrants(context, [{ service: "api", name: "MONGO_URI", kind: "hold" }]);
  expect((await all(folder)).filter((line) => line.includes("MONGO_URI"))).toEqual([]);
});

test("a manifest that can't be used is told with everything else that was found", async () => {
  const folder = await repository({ ...shop, "keyturn.yaml": "platform: shop\nservces: {}\n", ".gitignore": "" });
  const found = await codes(folder);
  expect(found).toContain("manifest-key");
  expect(found).toContain("not-ignored");
});

test("findings come by file, line and column, each once, though environments share it", async () => {
  const manifest = `${shop["keyturn.yaml"] ?? ""}  other:\n    hosts: { here: local, there: local }\n`;
  const folder = await writeProject({ ...shop, "keyturn.yaml": manifest, "web/.env.example": "A B\n=\nSITE=x\n" });
  const contexts = ["local", "other"].map((environment) => openProject(folder, { KEYTURN_ENV: environment }).context);
  const { findings, environments } = await checkPlatform(contexts, { needsValues: false });
  const web = findings.filter(({ position }) => position?.file.endsWith("web/.env.example") === true);
  expect(web.map(({ position }) => position?.line)).toEqual([1, 2]);
  expect(environments.map(({ name }) => name)).toEqual(["local", "other"]);
});

test("a .env in source control is an error, a brand file that the manifest names is none", async () => {
  const console = `  console:
    contract: web/.env.example
    runtime: vite
    hosts: [here]
    directory: web
    brand: brand/.env
    build: npm run build
    publish: /opt/console
    owner: www-data
    output: dist
`;
  const manifest = (shop["keyturn.yaml"] ?? "").replace("environments:\n", `${console}environments:\n`);
  const files = { ...shop, "keyturn.yaml": manifest, "web/brand/.env": "SITE=shop\n", "api/.env": "X=1\n" };
  const folder = await repository(files);
  await writeFile(join(folder, ".gitignore"), ignored);
  const found = (await all(folder)).filter((line) => line.includes(" tracked "));
  expect(found).toEqual(["api/.env:1:1 tracked api/.env is in source control"]);
});

test("what a vite service is built from is public: a secret is an error here, and of a plan", async () => {
  const page = `  page:
    contract: page/.env.example
    runtime: vite
    hosts: [here]
    directory: page
    publish: /opt/page
    owner: www-data
environments:`;
  const { context, folder } = await makeProject({
    ...shop,
    "keyturn.yaml": (shop["keyturn.yaml"] ?? "").replace("environments:", page),
    "page/.env.example": [
      "# @sensitive\nNEXT_PUBLIC_MAP_KEY=",
      "# @sensitive\nREACT_APP_TOKEN=",
      "# @sensitive\nVITE_KEY=",
      "UPLOAD_TOKEN=",
      "# @public\nPUBLIC_NAME=ours\n",
    ].join("\n"),
  });
  const found = (await all(folder)).filter((line) => line.includes("sensitive-build-variable"));
  expect(found).toEqual([
    "page/.env.example:2:1 sensitive-build-variable page: NEXT_PUBLIC_MAP_KEY is sensitive, and what a vite service is built from is public",
    "page/.env.example:4:1 sensitive-build-variable page: REACT_APP_TOKEN is sensitive, and what a vite service is built from is public",
    "page/.env.example:6:1 sensitive-build-variable VITE_KEY is read while building and so public, it can't be sensitive",
    "page/.env.example:7:1 sensitive-build-variable page: UPLOAD_TOKEN is sensitive, and what a vite service is built from is public",
  ]);
  await expect(planPlatform(context, [])).rejects.toMatchObject({ code: "CONTRACT_INVALID" });
});

test("a list that hides the contracts themselves is an error", async () => {
  const folder = await repository({ ...shop, ".gitignore": ".env*\nprod/\n.keyturn/\n" });
  expect(await codes(folder)).toContain("example-ignored");
});

test("code is compared with the contract of its own folder, KEYTURN_ names left out", async () => {
  const api = 'console.log(process.env.SHARED_SECRET, process.env["MONGO_URL"], process.env.KEYTURN_RELEASE);\n';
  const folder = await writeProject({ ...shop, "api/main.js": api, "web/main.js": "process.env.SITE;\n" });
  const found = (await all(folder, { code: [], needsValues: false })).filter((line) => line.includes("variable-"));
  expect(found).toEqual([
    "api/.env.example:5:1 variable-unread MONGO_URI is in the example, and no code that was looked at reads it",
    "api/.env.example:7:1 variable-unread PORT is in the example, and no code that was looked at reads it",
    "api/main.js:1:53 variable-undeclared MONGO_URL is read here, and api/.env.example lacks it, did you mean MONGO_URI?",
    "web/.env.example:2:1 variable-unread SHARED_SECRET is in the example, and no code that was looked at reads it",
    "web/.env.example:6:1 variable-unread GREETING is in the example, and no code that was looked at reads it",
  ]);
});

test("a folder with code and no contract is an error when it is asked for", async () => {
  const folder = await writeProject({
    ...shop,
    "tools/x.js": "process.env.LOST;\n",
    "api/src/a.js": "process.env.PORT\n",
  });
  const tools = await all(folder, { code: [join(folder, "tools")], needsValues: false });
  expect(tools.filter((line) => line.includes("code-"))).toHaveLength(1);
  const inner = await all(folder, { code: [join(folder, "api/src")], needsValues: false });
  expect(inner.filter((line) => line.includes("code-"))).toEqual([]);
  expect(inner.filter((line) => line.includes("unread")).every((line) => line.startsWith("api/"))).toBe(true);
});

test("values can be insisted on", async () => {
  const folder = await writeProject(shop);
  const { findings } = await checkPlatform([openProject(folder).context], { needsValues: true });
  expect(findings.find(({ code }) => code === "values-unchecked")).toMatchObject({ severity: "error" });
});

async function repository(files: Files): Promise<string> {
  const folder = await writeProject(files);
  execFileSync("git", ["init", "-q"], { cwd: folder });
  execFileSync("git", ["add", "-f", "."], { cwd: folder });
  return folder;
}

async function all(folder: string, request: CheckRequest = { needsValues: false }): Promise<readonly string[]> {
  const { findings } = await checkPlatform([openProject(folder).context], request);
  return findings.map(({ position, code, message }) => {
    const place =
      position === undefined ? "" : `${relative(folder, position.file)}:${position.line}:${position.column} `;
    return `${place}${code} ${message}`;
  });
}

async function codes(folder: string): Promise<readonly string[]> {
  const { findings } = await checkPlatform([openProject(folder).context], { needsValues: false });
  return findings.map(({ code }) => code);
}
