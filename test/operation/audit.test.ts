import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { giveGrants, listAudit, signAudit, verifyAudit } from "#operation";
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

/** The table refuses edits by triggers; whoever holds the file can drop those. */
function allowEdits(database: DatabaseSync): void {
  const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`drop trigger "${String(name)}"`);
}
