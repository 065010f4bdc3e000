import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import { openCheckpoint } from "#audit";
import { newKey, sealedUnder } from "#envelope";
import { Sensitive } from "#kernel";
import { openStore, recoverStore, type Store } from "#store";
import { sealedColumns } from "../../src/store/sealed-column.ts";
import { anna, closing, newStore, secret } from "./with-store.ts";

const put = (store: Store, name: string, environment = "production", production = false) =>
  store.transaction(async (tx) => {
    const { values } = await tx.environment(environment, { production });
    return (await values.put(secret(name, `value of ${name}`))).version.id;
  });
const read = (store: Store, id: number, environment = "production") =>
  store.transaction(async (tx) => {
    const { values } = await tx.environment(environment);
    return (await values.open(id)).reveal().toString();
  });

async function ageKey() {
  const identity = await generateIdentity();
  return { identity: Sensitive.of(identity), recipient: await identityToRecipient(identity) };
}

/** Every bytes column of a store's file. */
function bytesColumns(file: string): readonly string[] {
  const raw = new DatabaseSync(file);
  const tables = raw.prepare("select name from sqlite_master where type = 'table'").all();
  const columns = tables.flatMap(({ name }) =>
    raw
      .prepare(`select name, type from pragma_table_info('${String(name)}')`)
      .all()
      .filter(({ type }) => String(type).toLowerCase() === "blob")
      .map((column) => `${String(name)}.${String(column["name"])}`),
  );
  raw.close();
  return columns.toSorted();
}

test("every column of bytes is in the registry of sealed columns, and each under the KEK can be rewrapped", async () => {
  const { folder } = await newStore();
  const registered = sealedColumns.map(({ table, column }) => `${table}.${column}`).toSorted();
  expect(bytesColumns(join(folder, "keyturn.db"))).toEqual(registered);
  const stuck = sealedColumns.filter(({ under, rewrap }) => (under === "kek") !== (rewrap !== undefined));
  expect(stuck).toEqual([]);
});

test("a wrong key is named with both ids, and changes not even the schema", async () => {
  const { store, folder, kek } = await newStore();
  await store.close();
  const file = join(folder, "keyturn.db");
  const raw = new DatabaseSync(file);
  // as if migration 1 were still to come: a migration that ran would fail or add the row back
  raw.exec("delete from schema_migration");
  raw.close();
  const other = newKey();
  const failure = openStore({ folder, kek: other });
  await expect(failure).rejects.toMatchObject({ code: "KEY_WRONG", data: { expected: kek.id, found: other.id } });
  const after = new DatabaseSync(file);
  expect(after.prepare("select count(*) as n from schema_migration").get()).toMatchObject({ n: 0 });
  after.close();
});

test("a newer breaking schema is refused, a newer one that breaks nothing is opened", async () => {
  const { store, folder, kek, again } = await newStore();
  await store.close();
  const mark = (breaking: number) => {
    const raw = new DatabaseSync(join(folder, "keyturn.db"));
    raw.prepare("insert or replace into schema_migration values (999, 'later', ?, 0)").run(breaking);
    raw.close();
  };
  mark(1);
  await expect(openStore({ folder, kek })).rejects.toMatchObject({ code: "STORE_NEWER" });
  mark(0);
  expect((await again()).id).toBe(store.id);
});

test("after a rekey the new key opens everything, the old one nothing, and no wrap under the old one is left", async () => {
  const { store, folder, kek } = await newStore();
  const id = await put(store, "TOKEN");
  const next = newKey();
  await store.transaction((tx) => tx.keys.rekey(next));
  expect(await read(store, id)).toBe("value of TOKEN");
  const later = await put(store, "LATER", "staging");
  await store.close();
  await expect(openStore({ folder, kek })).rejects.toMatchObject({ code: "KEY_WRONG" });
  const reopened = closing(await openStore({ folder, kek: next }));
  expect(await read(reopened, id)).toBe("value of TOKEN");
  expect(await read(reopened, later, "staging")).toBe("value of LATER");
  const note = await reopened.transaction((tx) => tx.audit.checkpoint());
  expect(openCheckpoint(note, store.verifier)?.head.size).toBe(0);
  const raw = new DatabaseSync(join(folder, "keyturn.db"));
  for (const { table, column, under } of sealedColumns) {
    if (under === "recipient") continue;
    const rows = raw.prepare(`select ${column} as bytes from ${table} where ${column} is not null`).all();
    for (const { bytes } of rows) expect(sealedUnder(bytes as Uint8Array)).not.toBe(kek.id);
  }
  raw.close();
});

test("a rekey that is rolled back leaves the old key in use", async () => {
  const { store, again } = await newStore();
  const id = await put(store, "TOKEN");
  const failed = store.transaction(async (tx) => {
    await tx.keys.rekey(newKey());
    throw new Error("stop");
  });
  await expect(failed).rejects.toThrow("stop");
  await put(store, "LATER", "staging");
  expect(await read(await again(), id)).toBe("value of TOKEN");
});

test("a process that still holds the old key after a rekey elsewhere wraps nothing under it", async () => {
  const { store, again } = await newStore();
  const stale = await again();
  await store.transaction((tx) => tx.keys.rekey(newKey()));
  await expect(put(stale, "TOKEN", "fresh")).rejects.toMatchObject({ code: "KEY_WRONG" });
  await expect(stale.transaction((tx) => tx.keys.rekey(newKey()))).rejects.toMatchObject({ code: "KEY_WRONG" });
});

test("production takes no secret before the recovery drill, then also in environments made later", async () => {
  const { store } = await newStore();
  const { identity, recipient } = await ageKey();
  await expect(put(store, "TOKEN", "production", true)).rejects.toMatchObject({ code: "RECOVERY_UNPROVED" });
  await put(store, "TOKEN", "staging");
  await store.transaction(async (tx) => {
    const { values, row } = await tx.environment("production", { production: true });
    expect(row.production).toBe(true);
    expect((await values.put(secret("PORT", "1", { sensitive: false }))).kind).toBe("stored");
    expect(await tx.keys.recovery()).toEqual({ kind: "none" });
    await expect(tx.keys.drill(identity)).rejects.toMatchObject({ code: "RECOVERY_UNPROVED" });
    await tx.keys.setRecovery(recipient);
    expect(await tx.keys.recovery()).toEqual({ kind: "unproved", recipient });
  });
  await expect(put(store, "TOKEN")).rejects.toMatchObject({ code: "RECOVERY_UNPROVED" });
  const drilled = await store.transaction((tx) => tx.keys.drill(identity));
  expect(drilled.environments).toEqual(["production", "staging"]);
  await put(store, "TOKEN");
  await put(store, "TOKEN", "eu", true);
  const again = await store.transaction((tx) => tx.keys.drill(identity));
  expect(again.environments).toEqual(["eu", "production", "staging"]);
});

test("a drill fails with another identity, with a damaged wrap, and with the wrap of another environment", async () => {
  const { store, folder } = await newStore();
  const { identity, recipient } = await ageKey();
  await put(store, "A", "one");
  await put(store, "A", "two");
  await store.transaction((tx) => tx.keys.setRecovery(recipient));
  const drill = (by: Sensitive) => store.transaction((tx) => tx.keys.drill(by));
  await expect(drill((await ageKey()).identity)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  const raw = new DatabaseSync(join(folder, "keyturn.db"));
  raw.exec("update environment set root_recovery = (select root_recovery from environment where name = 'two')");
  await expect(drill(identity)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  raw.exec("update environment set root_recovery = null");
  await expect(drill(identity)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  raw.close();
  expect((await store.transaction((tx) => tx.keys.recovery())).kind).toBe("unproved");
});

test("another recipient has to be proved again, the same one doesn't", async () => {
  const { store } = await newStore();
  const [one, two] = [await ageKey(), await ageKey()];
  await store.transaction(async (tx) => {
    await tx.keys.setRecovery(one.recipient);
    await tx.keys.drill(one.identity);
    await tx.keys.setRecovery(one.recipient);
    expect((await tx.keys.recovery()).kind).toBe("proved");
    await tx.keys.setRecovery(two.recipient);
    expect((await tx.keys.recovery()).kind).toBe("unproved");
    await expect(tx.keys.setRecovery("age1nonsense")).rejects.toMatchObject({ code: "USAGE" });
  });
});

test("with the KEK lost, the age identity brings every value back under a new key", async () => {
  const { store, folder, kek, clock } = await newStore();
  const { identity, recipient } = await ageKey();
  const id = await put(store, "TOKEN");
  await store.transaction((tx) => tx.keys.setRecovery(recipient));
  await store.close();
  const fresh = newKey();
  const wrong = { folder, identity: (await ageKey()).identity, kek: fresh, actor: anna, clock };
  await expect(recoverStore(wrong)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  await recoverStore({ ...wrong, identity });
  await expect(openStore({ folder, kek })).rejects.toMatchObject({ code: "KEY_WRONG" });
  const recovered = closing(await openStore({ folder, kek: fresh, clock }));
  expect(await read(recovered, id)).toBe("value of TOKEN");
  await recovered.transaction(async (tx) => {
    expect((await tx.audit.list({ limit: 1 }))[0]).toMatchObject({ action: "store.recover", actor: anna });
    expect(openCheckpoint(await tx.audit.checkpoint(), recovered.verifier)?.head.size).toBe(1);
  });
});
