import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { giveGrants, importSource, importSources, importValues, listValues, revealValue } from "#operation";
import { auditTrail, makeProject, put, shop } from "./make-context.ts";

const bound = { MONGO_URI: "mongodb://from-ci", SHARED_SECRET: "from-the-ci-1234", PATH: "/usr/bin", UNRELATED: "x" };
const hold = (service: string, name: string) => ({ service, name, kind: "hold" as const });

test("only names that a contract asks for and a grant allows are taken from the environment", async () => {
  const { context } = await makeProject(undefined, bound);
  await giveGrants(context, [hold("api", "MONGO_URI")]);
  const imported = await importSource(context, "env");
  expect(imported.values).toEqual([
    { name: "MONGO_URI", origin: "environment", kind: "stored", version: 1, shadowed: [] },
  ]);
  expect(imported.skipped).toEqual([{ name: "SHARED_SECRET", reason: "no-grant" }]);
  expect(await auditTrail(context)).toEqual(["grant.give MONGO_URI", "value.import MONGO_URI"]);
});

test("the same bytes again are unchanged, other bytes replace the version that is named", async () => {
  const { context } = await makeProject(undefined, bound);
  await giveGrants(context, [hold("api", "MONGO_URI")]);
  await put(context, "MONGO_URI", "mongodb://before");
  const [first] = (await importSource(context, "env")).values;
  const [second] = (await importSource(context, "env")).values;
  expect(first).toMatchObject({ kind: "stored", version: 2, shadowed: ["store v1"] });
  expect(second).toMatchObject({ kind: "unchanged", version: 2, shadowed: [] });
});

test("of two sources the first wins and the other one is told", async () => {
  const { context, folder } = await makeProject(undefined, bound);
  await writeFile(join(folder, "values.env"), "MONGO_URI=mongodb://from-file\n", { mode: 0o600 });
  await giveGrants(context, [hold("api", "MONGO_URI")]);
  const { values } = await importSources(context, [{ kind: "dotenv", path: "values.env" }, { kind: "environment" }]);
  const origin = `file:${join(folder, "values.env")}`;
  expect(values).toEqual([{ name: "MONGO_URI", origin, kind: "stored", version: 1, shadowed: ["environment"] }]);
});

test("where the store stands before the environment it stays as it is", async () => {
  const { context } = await makeProject(undefined, bound);
  await giveGrants(context, [hold("api", "MONGO_URI")]);
  await put(context, "MONGO_URI", "mongodb://kept");
  const { values } = await importSources(context, [{ kind: "store" }, { kind: "environment" }]);
  expect(values).toEqual([
    { name: "MONGO_URI", origin: "store", kind: "unchanged", version: 1, shadowed: ["environment"] },
  ]);
});

test("one value that does not fit stops all of them, with every finding", async () => {
  const { context } = await makeProject(undefined, { ...bound, MONGO_URI: "change-me", PORT: "none" });
  await giveGrants(
    context,
    ["MONGO_URI", "PORT", "SHARED_SECRET"].map((name) => hold("api", name)),
  );
  const error: unknown = await importSource(context, "env").catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "VALUES_INVALID", findings: [{ code: "invalid" }, { code: "invalid" }] });
  expect(await listValues(context)).toEqual([]);
});

test("a word that names no source is wrong use", async () => {
  const { context } = await makeProject();
  await expect(importSource(context, "dotenv:")).rejects.toMatchObject({ code: "USAGE" });
});

test("a pasted file is taken name by name: what does not fit is refused, what nobody knows is told", async () => {
  const { context } = await makeProject();
  const text = "MONGO_URI=mongodb://a\nPORT=none\nSHARED_SECRET=change-me\nELSE=1\nSITE=\n";
  const from = { kind: "text" as const, bytes: Buffer.from(text), origin: "stdin" };
  const result = await importValues(context, { from, scope: {} });
  expect(result.values.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "MONGO_URI stored",
    "PORT refused",
    "SHARED_SECRET refused",
    "SITE refused",
  ]);
  expect(result.unknown).toEqual(["ELSE"]);
});

test("of a provider's keys a pasted file takes those that `set` takes, and says what was taken off", async () => {
  const contract = `# @optional @sensitive @provider=openai\nLLM_KEY=\n# @optional @sensitive @provider=groq\nFAST_KEY=\n`;
  const { context } = await makeProject({ ...shop, "web/.env.example": contract });
  const key = `sk-proj-${"Ab3_".repeat(12)}`;
  const text = `LLM_KEY=" ${key} "\nFAST_KEY=${key}\n`;
  const from = { kind: "text" as const, bytes: Buffer.from(text), origin: "stdin" };
  const { values } = await importValues(context, { from, scope: {} });
  expect(values).toMatchObject([
    { name: "LLM_KEY", kind: "stored", notices: ["white space or quotes around it were taken off"] },
    { name: "FAST_KEY", kind: "refused", reason: "is an API key of OpenAI" },
  ]);
  expect((await revealValue(context, { name: "LLM_KEY", scope: {} })).value.reveal().toString()).toBe(key);
});
