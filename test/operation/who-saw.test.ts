import { join } from "node:path";
import { expect, test } from "vitest";
import {
  backupStore,
  ejectEnvironment,
  environmentForRun,
  generateValues,
  giveGrants,
  importValues,
  listAudit,
  renderService,
  retireValue,
  revealValue,
  whoSaw,
  type Context,
} from "#operation";
import { makeProject, put } from "./make-context.ts";

const uri = "mongodb://planted-value-7319@db/shop";
const first = "planted-value-0123456789";

function as(context: Context, name: string): Context {
  return { ...context, actor: { name } };
}

async function filled() {
  const { context, folder } = await makeProject();
  await put(as(context, "account:setter"), "MONGO_URI", uri);
  await generateValues(context, { names: ["SHARED_SECRET"], missing: false, newVersion: false });
  const names = ["api SHARED_SECRET", "api MONGO_URI", "web SHARED_SECRET"].map((one) => one.split(" "));
  await giveGrants(
    context,
    names.map(([service = "", name = ""]) => ({ service, name, kind: "hold" as const })),
  );
  return { context, folder };
}

/** `anna: MONGO_URI v1 present revealed` */
async function told(context: Context, request = {}) {
  const { people } = await whoSaw(context, request);
  return people.flatMap(({ person, seen }) =>
    seen.map(({ name, number, use, ways }) => {
      const how = ways.map(
        ({ way, certain, times }) => `${certain ? "" : "perhaps "}${way}${times > 1 ? ` ${times}` : ""}`,
      );
      return `${person}: ${name} v${number} ${use}, ${how.join(" and ")}`;
    }),
  );
}

test("whoever set a value or had it shown saw it; what was made at random nobody saw", async () => {
  const { context } = await filled();
  await revealValue(as(context, "anna@ops1"), { name: "MONGO_URI", scope: {} });
  await revealValue(as(context, "anna (root by sudo)@ops1"), { name: "MONGO_URI", scope: {} });
  expect(await told(context)).toEqual([
    "anna: MONGO_URI v1 present, revealed and revealed",
    "setter: MONGO_URI v1 present, set",
  ]);
  expect(await told(context, { actor: "account:setter" })).toEqual(["setter: MONGO_URI v1 present, set"]);
  expect(await told(context, { actor: "anna@ops1" })).toEqual(["anna: MONGO_URI v1 present, revealed"]);
  expect(await told(context, { name: "SHARED_SECRET" })).toEqual([]);
});

test("each verb that gives a value away leaves its version in the log, and is found by it", async () => {
  const { context, folder } = await filled();
  const text = "MONGO_URI=mongodb://planted-value-other@db/shop\n";
  const from = { kind: "text" as const, bytes: Buffer.from(text), origin: "stdin" };
  await renderService(as(context, "ren@a"), { service: "web", dialect: "json", replace: false });
  await environmentForRun(as(context, "rudi@a"), { service: "web", command: ["true"] });
  await ejectEnvironment(as(context, "ella@a"), join(folder, "out"));
  await importValues(as(context, "imke@a"), { from, scope: {} });
  await backupStore(as(context, "bo@a"), { file: join(folder, "backup"), toRecipient: false });
  expect(await told(context)).toEqual([
    "bo: MONGO_URI v2 present, perhaps backed up",
    "bo: MONGO_URI v1 replaced, perhaps backed up",
    "bo: SHARED_SECRET v1 present, perhaps backed up",
    "ella: MONGO_URI v1 replaced, ejected",
    "ella: SHARED_SECRET v1 present, ejected",
    "imke: MONGO_URI v2 present, imported",
    "ren: SHARED_SECRET v1 present, rendered",
    "rudi: SHARED_SECRET v1 present, perhaps run",
    "setter: MONGO_URI v1 replaced, set",
  ]);
  const entries = await listAudit(context, { limit: 50 });
  const given = entries.filter(({ action }) => ["value.render", "value.run", "store.eject"].includes(action));
  expect(given.map(({ action, detail }) => [action, detail["versions"]])).toEqual([
    ["value.render", ["SHARED_SECRET v1"]],
    ["value.run", ["SHARED_SECRET v1"]],
    ["store.eject", ["MONGO_URI v1", "SHARED_SECRET v1"]],
  ]);
  expect(JSON.stringify(entries)).not.toContain("planted-value");
});

test("a new value ends what was known, the same bytes again do not, and a setting in the clear is no secret", async () => {
  const { context } = await filled();
  const anna = as(context, "account:anna");
  await put(anna, "SHARED_SECRET", first);
  await put(anna, "PORT", "8081");
  expect((await whoSaw(context, { actor: "anna" })).people[0]?.rotate).toEqual(["SHARED_SECRET"]);
  await generateValues(context, { names: ["SHARED_SECRET"], missing: false, newVersion: true });
  expect(await told(context, { actor: "anna" })).toEqual(["anna: SHARED_SECRET v2 replaced, set"]);
  expect((await whoSaw(context, { actor: "anna" })).people[0]?.rotate).toEqual([]);
  await put(as(context, "account:ben"), "SHARED_SECRET", first);
  expect(await told(context, { actor: "anna" })).toEqual(["anna: SHARED_SECRET v2 present, set"]);
  await put(context, "SHARED_SECRET", "another-value-0123456789");
  await retireValue(context, { name: "SHARED_SECRET", scope: {}, compromised: false, confirm: async () => true });
  expect(await told(context, { actor: "anna" })).toEqual(["anna: SHARED_SECRET v2 retired, set"]);
});

test("a value for one service or host is told apart from the others of its name", async () => {
  const { context } = await filled();
  await put(as(context, "account:anna"), "MONGO_URI", `${uri}?api`, { service: "api", host: "there" });
  await revealValue(as(context, "account:ben"), { name: "MONGO_URI", scope: { service: "api", host: "there" } });
  await renderService(as(context, "account:cy"), { service: "api", host: "there", dialect: "json", replace: false });
  const { people } = await whoSaw(context, { name: "MONGO_URI" });
  const scopes = people.map(({ person, seen }) => [person, seen.map(({ scope }) => scope)]);
  expect(scopes).toEqual([
    ["anna", [{ service: "api", host: "there" }]],
    ["ben", [{ service: "api", host: "there" }]],
    ["cy", [{ service: "api", host: "there" }]],
    ["setter", [{}]],
  ]);
});

test("an entry that lists names only, as they were once written, counts for what was present then", async () => {
  const { context } = await filled();
  const store = await context.openStore();
  await store.transaction((tx) =>
    tx.audit.append({
      actor: { name: "old@a" },
      action: "value.render",
      environment: "local",
      subject: "api@here",
      detail: { names: ["MONGO_URI", "PORT"] },
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
  await put(context, "MONGO_URI", `${uri}?later`);
  expect(await told(context, { actor: "old" })).toEqual(["old: MONGO_URI v1 replaced, rendered"]);
});
