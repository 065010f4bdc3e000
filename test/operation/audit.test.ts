import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { formatHead } from "#audit";
import { addressOf } from "#delivery";
import { giveGrants, listAudit, signAudit, verifyAudit, type Context } from "#operation";
import { fileOf, recordOf } from "../host/fixture.ts";
import { makeProject, openProject, put } from "./make-context.ts";

const grant = { service: "api", name: "MONGO_URI", kind: "hold" } as const;

test("entries come oldest first, bounded, of one subject when asked", async () => {
  const { context } = await makeProject();
  await put(context, "MONGO_URI", "mongodb://one");
  await put(context, "SITE", "shop");
  await giveGrants(context, [grant]);
  const seen = async (request: { limit: number; subject?: string }) =>
    (await listAudit(context, request)).map(({ seq, action }) => `${seq} ${action}`);
  expect(await seen({ limit: 2 })).toEqual(["2 value.set", "3 grant.give"]);
  expect(await seen({ limit: 9, subject: "MONGO_URI" })).toEqual(["1 value.set", "3 grant.give"]);
});

test("a sound log is sound, also against a checkpoint that was kept", async () => {
  const { context } = await makeProject();
  await put(context, "SITE", "shop");
  const { checkpoint: note, verifier } = await signAudit(context);
  await put(context, "SITE", "other");
  const { head, witnesses } = await verifyAudit(context, { against: [], checkpoint: { note, verifier } });
  expect([head.size, witnesses]).toEqual([2, [{ name: "the checkpoint", size: 1 }]]);
});

test("an entry that was changed, and one that was cut out, is named", async () => {
  const { context, folder } = await makeProject();
  for (const value of ["one", "two", "three"]) await put(context, "SITE", value);
  const open = () => verifyAudit(openProject(folder).context, { against: [] });
  const database = new DatabaseSync(join(folder, ".keyturn/keyturn.db"));
  allowEdits(database);
  database.exec("update audit_entry set actor = 'nobody' where seq = 2");
  await expect(open()).rejects.toMatchObject({ code: "AUDIT_BROKEN", data: { entry: 2 } });
  database.exec("delete from audit_entry where seq = 2");
  await expect(open()).rejects.toMatchObject({
    code: "AUDIT_BROKEN",
    message: expect.stringContaining("entry 2 is missing"),
  });
  database.close();
});

test("a checkpoint of another store is refused", async () => {
  const [one, other] = [await makeProject(), await makeProject()];
  const { checkpoint: note } = await signAudit(other.context);
  await expect(verifyAudit(one.context, { against: [], checkpoint: { note } })).rejects.toMatchObject({
    code: "AUDIT_BROKEN",
  });
});

test("a host that keeps no head yet is told, one that does not exist is a mistake", async () => {
  const { context } = await makeProject();
  const { unseen } = await verifyAudit(context, { against: ["here"] });
  expect(unseen).toEqual([{ host: "here", reason: "it keeps no head of this store" }]);
  await expect(verifyAudit(context, { against: ["nowhere"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a log whose end was cut off and its tree with it fits itself, and a host's head shows it", async () => {
  const { context, folder } = await makeProject();
  await put(context, "SITE", "one");
  const database = new DatabaseSync(join(folder, ".keyturn/keyturn.db"));
  const earlier = database.prepare("select size, nodes from audit_tree").get();
  await put(context, "SITE", "two");
  await giveHead(context);
  const honest = await verifyAudit(context, { against: ["here"] });
  expect([honest.witnesses, honest.unseen]).toEqual([[{ name: "api@here", size: 2 }], []]);
  allowEdits(database);
  database.exec("delete from audit_entry where seq = 2");
  database
    .prepare("update audit_tree set size = ?, nodes = ?")
    .run(earlier?.["size"] ?? null, earlier?.["nodes"] ?? null);
  database.close();
  const later = openProject(folder).context;
  expect((await verifyAudit(later, { against: [] })).head.size).toBe(1);
  await expect(verifyAudit(later, { against: ["all"] })).rejects.toMatchObject({
    code: "AUDIT_BROKEN",
    data: { entry: 2, against: "api@here" },
  });
});

test("another store's head on a host is no witness of this one", async () => {
  const { context } = await makeProject();
  await put(context, "SITE", "one");
  await giveHead(context, "shop/local/store_of_others");
  expect((await verifyAudit(context, { against: ["here"] })).unseen).toHaveLength(1);
});

/** As an apply leaves it: the machine keeps the head with the release. */
async function giveHead(context: Context, owner?: string): Promise<void> {
  const { platform } = await context.loadPlatform();
  const store = await context.openStore();
  const [host] = platform.hosts;
  const [service] = platform.services;
  if (host === undefined || service === undefined) throw new Error("the project has neither host nor service");
  const head = await store.transaction(({ audit }) => audit.head());
  const mine = `${platform.name}/${platform.environment.name}/${store.id}`;
  const file = fileOf({ SITE: "two" });
  const record = recordOf("r1", { SITE: "two" });
  const target = addressOf(service, host.name);
  const controller = { owner: owner ?? mine, epoch: 1, lease: 1, auditHead: formatHead(head) };
  const answers = await context.connect(host).perform(controller, [
    { kind: "stage", target, file, record },
    { kind: "swap", target },
  ]);
  expect(answers.map(({ kind }) => kind)).not.toContain("failed");
}

/** The table refuses edits by triggers; whoever holds the file can drop those. */
function allowEdits(database: DatabaseSync): void {
  const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`drop trigger "${String(name)}"`);
}
