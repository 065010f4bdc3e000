import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect } from "vitest";
import { openCheckpoint } from "#audit";
import { newKey, sealedUnder } from "#envelope";
import { Sensitive } from "#kernel";
import { openStore, recoverStore, type Store } from "#store";
import { sealedColumns } from "../../src/store/sealed-column.ts";
import { anna, closing, both, secret } from "./with-store.ts";

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

const columnsOfBytes = {
  SQLite: `select m.name || '.' || c.name as name from sqlite_master m, pragma_table_info(m.name) c where lower(c.type) = 'blob'`,
  PostgreSQL: `select table_name || '.' || column_name as name from information_schema.columns
    where table_schema in ('keyturn', 'public') and data_type = 'bytea'`,
};

/** Bytes that anybody may read. */
const open = ["passkey.public_key"];

both(
  "every column of bytes is in the registry of sealed columns, and each under the KEK can be rewrapped",
  async (on) => {
    const { byHand } = await on.newStore();
    const registered = sealedColumns.map(({ table, column }) => `${table}.${column}`).toSorted();
    const found = (await byHand(columnsOfBytes[on.name])).map(({ name }) => String(name));
    expect(found.filter((column) => !open.includes(column)).toSorted()).toEqual(registered);
    const stuck = sealedColumns.filter(({ under, rewrap }) => (under === "kek") !== (rewrap !== undefined));
    expect(stuck).toEqual([]);
  },
);

both("a wrong key is named with both ids, and changes not even the schema", async (on) => {
  const { store, place, kek, byHand } = await on.newStore();
  await store.close();
  // as if migration 1 were still to come: a migration that ran would fail or add the row back
  await byHand("delete from schema_migration");
  const other = newKey();
  const failure = openStore({ ...place, kek: other });
  await expect(failure).rejects.toMatchObject({ code: "KEY_WRONG", data: { expected: kek.id, found: other.id } });
  expect(await byHand("select number from schema_migration")).toEqual([]);
});

both("a newer breaking schema is refused, a newer one that breaks nothing is opened", async (on) => {
  const { store, place, kek, again, byHand } = await on.newStore();
  await store.close();
  await byHand("insert into schema_migration values (999, 'later', 1, 0)");
  await expect(openStore({ ...place, kek })).rejects.toMatchObject({ code: "STORE_NEWER" });
  await byHand("update schema_migration set breaking = 0 where number = 999");
  expect((await again()).id).toBe(store.id);
});

both(
  "after a rekey the new key opens everything, the old one nothing, and no wrap under the old one is left",
  async (on) => {
    const { store, place, kek, byHand } = await on.newStore();
    const id = await put(store, "TOKEN");
    const next = newKey();
    await store.transaction((tx) => tx.keys.rekey(next));
    expect(await read(store, id)).toBe("value of TOKEN");
    const later = await put(store, "LATER", "staging");
    await store.close();
    await expect(openStore({ ...place, kek })).rejects.toMatchObject({ code: "KEY_WRONG" });
    const reopened = closing(await openStore({ ...place, kek: next }));
    expect(await read(reopened, id)).toBe("value of TOKEN");
    expect(await read(reopened, later, "staging")).toBe("value of LATER");
    const note = await reopened.transaction((tx) => tx.audit.checkpoint());
    expect(openCheckpoint(note, store.verifier)?.head.size).toBe(0);
    for (const { table, column, under } of sealedColumns) {
      if (under === "recipient") continue;
      const rows = await byHand(`select ${column} as bytes from ${table} where ${column} is not null`);
      for (const { bytes } of rows) expect(sealedUnder(bytes as Uint8Array)).not.toBe(kek.id);
    }
  },
);

both("a rekey that is rolled back leaves the old key in use", async (on) => {
  const { store, again } = await on.newStore();
  const id = await put(store, "TOKEN");
  const failed = store.transaction(async (tx) => {
    await tx.keys.rekey(newKey());
    throw new Error("stop");
  });
  await expect(failed).rejects.toThrow("stop");
  await put(store, "LATER", "staging");
  expect(await read(await again(), id)).toBe("value of TOKEN");
});

both("a process that still holds the old key after a rekey elsewhere wraps nothing under it", async (on) => {
  const { store, again } = await on.newStore();
  const stale = await again();
  await store.transaction((tx) => tx.keys.rekey(newKey()));
  await expect(put(stale, "TOKEN", "fresh")).rejects.toMatchObject({ code: "KEY_WRONG" });
  await expect(stale.transaction((tx) => tx.keys.rekey(newKey()))).rejects.toMatchObject({ code: "KEY_WRONG" });
});

both("production takes no secret before the recovery drill, then also in environments made later", async (on) => {
  const { store } = await on.newStore();
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

both(
  "a drill fails with another identity, with a damaged wrap, and with the wrap of another environment",
  async (on) => {
    const { store, byHand } = await on.newStore();
    const { identity, recipient } = await ageKey();
    await put(store, "A", "one");
    await put(store, "A", "two");
    await store.transaction((tx) => tx.keys.setRecovery(recipient));
    const drill = (by: Sensitive) => store.transaction((tx) => tx.keys.drill(by));
    await expect(drill((await ageKey()).identity)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
    await byHand("update environment set root_recovery = (select root_recovery from environment where name = 'two')");
    await expect(drill(identity)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
    await byHand("update environment set root_recovery = null");
    await expect(drill(identity)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
    expect((await store.transaction((tx) => tx.keys.recovery())).kind).toBe("unproved");
  },
);

both("another recipient has to be proved again, the same one doesn't", async (on) => {
  const { store } = await on.newStore();
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

both("with the KEK lost, the age identity brings every value back under a new key", async (on) => {
  const { store, place, kek, clock } = await on.newStore();
  const { identity, recipient } = await ageKey();
  const id = await put(store, "TOKEN");
  await store.transaction((tx) => tx.keys.setRecovery(recipient));
  await store.close();
  const fresh = newKey();
  const wrong = { ...place, identity: (await ageKey()).identity, kek: fresh, actor: anna, clock };
  await expect(recoverStore(wrong)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
  await recoverStore({ ...wrong, identity });
  await expect(openStore({ ...place, kek })).rejects.toMatchObject({ code: "KEY_WRONG" });
  const recovered = closing(await openStore({ ...place, kek: fresh, clock }));
  expect(await read(recovered, id)).toBe("value of TOKEN");
  await recovered.transaction(async (tx) => {
    expect((await tx.audit.list({ limit: 1 }))[0]).toMatchObject({ action: "store.recover", actor: anna });
    expect(openCheckpoint(await tx.audit.checkpoint(), recovered.verifier)?.head.size).toBe(1);
  });
});
