import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { checkPlatform, giveGrants, importValues, listValues, setValue, valueHistory } from "#operation";
import { auditTrail, makeProject, put, shop } from "./make-context.ts";

const uri = "mongodb://app:planted-value-7319@db/shop";

test("a value becomes version 1 with its audit entry, and says who asks for it without a grant", async () => {
  const { context } = await makeProject();
  const result = await put(context, "MONGO_URI", uri);
  expect(result).toMatchObject({ kind: "stored", receivers: [], ungranted: ["api"], edgeSpace: false });
  expect(result.version).toMatchObject({ number: 1, sensitive: true });
  expect(await auditTrail(context)).toEqual(["value.set MONGO_URI"]);
});

test("the same bytes again change nothing and leave no second entry", async () => {
  const { context } = await makeProject();
  await put(context, "MONGO_URI", uri);
  expect(await put(context, "MONGO_URI", uri)).toMatchObject({ kind: "unchanged", version: { number: 1 } });
  expect(await auditTrail(context)).toHaveLength(1);
});

test.each([
  ["MONGO_URI", "postgres://elsewhere", "begins with mongodb"],
  ["SHARED_SECRET", "short", "shorter than 12"],
  ["SHARED_SECRET", "change-me-please", "placeholder"],
  ["MONGO_URI", "", "empty"],
])("%s refuses a value that does not fit, and stores nothing", async (name, value, reason) => {
  const { context } = await makeProject();
  const error: unknown = await put(context, name, value).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "VALUES_INVALID" });
  expect(JSON.stringify([String(error), error])).toContain(reason);
  expect(await listValues(context)).toEqual([]);
});

test("a name that no contract declares is refused before the value is asked for, and kept with undeclared", async () => {
  const { context } = await makeProject();
  let asked = 0;
  const read = async () => {
    asked += 1;
    return { value: Sensitive.of("anything-at-all"), origin: "test" };
  };
  const request = { name: "ELSEWHERE", scope: {}, read };
  await expect(setValue(context, { ...request, undeclared: false })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(asked).toBe(0);
  const kept = await setValue(context, { ...request, undeclared: true });
  expect(kept).toMatchObject({ receivers: [], ungranted: [], version: { sensitive: true } });
});

test("a public name is kept in the clear sense only when every contract calls it public", async () => {
  const { context } = await makeProject({
    ...shop,
    "web/.env.example": `${shop["web/.env.example"] ?? ""}# @sensitive\nPORT=\n`,
  });
  expect((await put(context, "SITE", "moon")).version.sensitive).toBe(false);
  expect((await put(context, "PORT", "8081")).version.sensitive).toBe(true);
});

test("a scope that reaches nobody is refused, a service's own value counts beside the wide one", async () => {
  const { context } = await makeProject();
  await expect(put(context, "SHARED_SECRET", "twelve-chars-1", { host: "nowhere" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(put(context, "SITE", "x", { service: "web", host: "there" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await put(context, "SHARED_SECRET", "twelve-chars-1");
  await put(context, "SHARED_SECRET", "twelve-chars-2", { service: "web" });
  const history = await valueHistory(context, "SHARED_SECRET");
  expect(history.map(({ scope, number, present }) => [scope, number, present])).toEqual([
    [{ service: "web" }, 1, true],
    [{}, 1, true],
  ]);
});

test("a provider's key is freed of what was pasted around it, and another kind of key is refused unless one insists", async () => {
  const { context } = await makeProject({
    ...shop,
    "web/.env.example": `${shop["web/.env.example"] ?? ""}# @optional @sensitive @provider=openai\nLLM_KEY=\n`,
  });
  const key = `sk-proj-${"aB3_".repeat(10)}`;
  const result = await put(context, "LLM_KEY", ` "${key}" `);
  expect(result).toMatchObject({ edgeSpace: false, notices: ["white space or quotes around it were taken off"] });
  expect(await put(context, "LLM_KEY", key)).toMatchObject({ kind: "unchanged", notices: [] });
  const admin = `sk-admin-${"aB3_".repeat(10)}`;
  const error: unknown = await put(context, "LLM_KEY", admin).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "VALUES_INVALID", hint: expect.stringContaining("--as-is") });
  expect(String(error)).toContain("an admin key");
  expect(JSON.stringify([String(error), error])).not.toContain(admin);
  const read = async () => ({ value: Sensitive.of(admin), origin: "test" });
  const insisted = await setValue(context, { name: "LLM_KEY", scope: {}, undeclared: false, asIs: true, read });
  expect(insisted).toMatchObject({ kind: "stored", version: { number: 2 } });
});

test("a secret too short to be found or masked is refused unless one insists, and told by check from then on", async () => {
  const contract = `${shop["web/.env.example"] ?? ""}# @optional @sensitive\nPIN=\n`;
  const { context } = await makeProject({ ...shop, "web/.env.example": contract });
  const error: unknown = await put(context, "PIN", "\t482913 \n").catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "VALUES_INVALID",
    message: expect.stringContaining("shorter than 8 bytes"),
    hint: expect.stringContaining("keyturn set PIN --as-is"),
  });
  const from = { kind: "text", bytes: Buffer.from("PIN=482913\nSITE=x\n"), origin: "test" } as const;
  const { values } = await importValues(context, { from, scope: {} });
  expect(values).toEqual([
    { name: "PIN", kind: "refused", reason: expect.stringContaining("shorter than 8 bytes") },
    expect.objectContaining({ name: "SITE", kind: "stored" }),
  ]);
  const read = async () => ({ value: Sensitive.of("482913"), origin: "test" });
  const insisted = await setValue(context, { name: "PIN", scope: {}, undeclared: false, asIs: true, read });
  expect(insisted).toMatchObject({ kind: "stored", version: { number: 1 } });
  await giveGrants(context, [{ service: "web", name: "PIN", kind: "hold" }]);
  const { findings } = await checkPlatform([context], { needsValues: true });
  expect(findings.filter(({ code }) => code === "too-short").map(({ message }) => message)).toEqual([
    "PIN is shorter than 8 bytes: it can be neither found nor masked",
  ]);
});

test("edge white space is kept and told, and a granted service is a receiver", async () => {
  const { context } = await makeProject();
  await giveGrants(context, [{ service: "web", name: "SHARED_SECRET", kind: "hold" }]);
  const result = await put(context, "SHARED_SECRET", "twelve-chars-3 ");
  expect(result).toMatchObject({ edgeSpace: true, receivers: ["web"], ungranted: ["api"] });
});
