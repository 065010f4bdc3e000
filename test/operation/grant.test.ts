import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { explainValue, generateValues, giveGrants, listGrants, revokeGrant, whoHolds } from "#operation";
import { auditTrail, makeProject, openProject, put, shop } from "./make-context.ts";

const key = { service: "api", name: "MONGO_URI", kind: "hold" } as const;

test("what is asked for without a grant is a wish until it is given, and again when it is revoked", async () => {
  const { context } = await makeProject();
  const wished = async () => (await listGrants(context)).wishes.map(({ service, name }) => `${service} ${name}`);
  expect(await wished()).toEqual(["api SHARED_SECRET", "api MONGO_URI", "web SHARED_SECRET"]);
  expect(await giveGrants(context, [key])).toEqual([{ ...key, change: "given" }]);
  expect(await giveGrants(context, [key])).toEqual([{ ...key, change: "unchanged" }]);
  expect(await wished()).not.toContain("api MONGO_URI");
  expect(await revokeGrant(context, key)).toBe(true);
  expect(await revokeGrant(context, key)).toBe(false);
  expect(await wished()).toContain("api MONGO_URI");
  expect(await auditTrail(context)).toEqual(["grant.give MONGO_URI", "grant.revoke MONGO_URI"]);
});

test("nothing can be granted that no contract asks for, and one bad name stops all", async () => {
  const { context } = await makeProject();
  await expect(giveGrants(context, [key, { ...key, name: "PATH" }])).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await listGrants(context)).grants).toEqual([]);
});

test("a loader name needs a grant of its own, told with what it does", async () => {
  const { context } = await makeProject({ ...shop, "web/.env.example": "# @required\nNODE_OPTIONS=\n" });
  const wishes = (await listGrants(context)).wishes.filter(({ name }) => name === "NODE_OPTIONS");
  expect(wishes.map(({ kind }) => kind)).toEqual(["hold", "loader"]);
  expect(wishes[1]?.reason).toMatch(/node/);
});

test("a contract that no longer calls a secret sensitive does not make it public", async () => {
  const { context, folder } = await makeProject({ ...shop, "web/.env.example": "# @sensitive\nSITE=\n" });
  await put(context, "SITE", "a-kept-secret");
  await writeFile(join(folder, "web/.env.example"), "# @public\nSITE=\n");
  const later = openProject(folder).context;
  const clear = { service: "web", name: "SITE", kind: "clear" } as const;
  expect((await listGrants(later)).wishes).toContainEqual({ ...clear, stored: true });
  expect((await put(later, "SITE", "another-secret")).version.sensitive).toBe(true);
  await giveGrants(later, [clear]);
  expect((await put(later, "SITE", "no-secret-now")).version.sensitive).toBe(false);
});

test("missing secrets are made once, a new version only when asked for", async () => {
  const { context } = await makeProject();
  const make = (newVersion: boolean, names: readonly string[] = []) =>
    generateValues(context, { names, missing: true, newVersion });
  expect(await make(false)).toMatchObject([{ name: "SHARED_SECRET", kind: "generated", ungranted: ["api", "web"] }]);
  expect(await make(false)).toEqual([]);
  expect(await make(false, ["SHARED_SECRET"])).toEqual([{ name: "SHARED_SECRET", kind: "present", version: 1 }]);
  expect(await make(true, ["SHARED_SECRET"])).toMatchObject([{ kind: "generated", version: { number: 2 } }]);
});

test("what can't be made at random is refused", async () => {
  const { context } = await makeProject();
  const request = { missing: false, newVersion: false };
  await expect(generateValues(context, { ...request, names: ["MONGO_URI"] })).rejects.toMatchObject({ code: "USAGE" });
  await expect(generateValues(context, { ...request, names: ["NOBODY"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("explain names the winner and what it hides; without a grant the stored value is passed over", async () => {
  const { context } = await makeProject();
  await put(context, "PORT", "9000");
  await put(context, "PORT", "9001", { host: "here" });
  const at = async () => (await explainValue(context, { name: "PORT", host: "here" })).targets[0];
  expect(await at()).toMatchObject({ winner: { kind: "contract" }, shadowed: [{ because: "no-grant" }, {}] });
  await giveGrants(context, [{ service: "api", name: "PORT", kind: "hold" }]);
  expect(await at()).toMatchObject({
    winner: { kind: "store", scope: { host: "here" }, version: 1 },
    shadowed: [{ kind: "store", scope: {} }, { kind: "contract" }],
    grants: ["hold"],
  });
});

test("who lists every service on every host with what it would get and where it is set", async () => {
  const { context } = await makeProject();
  await put(context, "SHARED_SECRET", "twelve-chars-1");
  await giveGrants(context, [{ service: "api", name: "SHARED_SECRET", kind: "hold" }]);
  const { holders } = await whoHolds(context, "SHARED_SECRET");
  expect(holders.map(({ service, host, granted, version }) => [service, host, granted, version])).toEqual([
    ["api", "here", true, 1],
    ["api", "there", true, 1],
    ["web", "here", false, undefined],
  ]);
});
