import type { Kek } from "#envelope";
import { AppError, randomId, systemClock, type Clock, type MakeId } from "#kernel";
import type { Kysely } from "kysely";
import { sweepAside } from "./aside.ts";
import { backupTo } from "./backup.ts";
import { buildStore, newStore } from "./build-store.ts";
import { classify, databaseFile, openDatabase, storeExists, useWriteAheadLog } from "./database.ts";
import { sqliteColumns } from "./dialect/column.ts";
import { checkKeyring, Keyring, newKeyringRow } from "./keyring.ts";
import { migrations } from "./migration/index.ts";
import { migrate, refuseNewer } from "./migration/migrate.ts";
import type { Tables } from "./schema.ts";
import type { Store } from "./store.ts";
import { transactions } from "./transaction.ts";

export interface StoreOptions {
  readonly folder: string;
  readonly kek: Kek;
  readonly clock?: Clock;
  readonly makeId?: MakeId;
}

/** A new store, its keys under `kek`. ALREADY_EXISTS when the folder holds one: a key is never made where ciphertext is. */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { folder, kek, clock = systemClock, makeId = randomId } = options;
  await buildStore(folder, async (file) => {
    const db = await openDatabase(file, clock);
    const fill = db.transaction().execute(async (tx) => {
      await migrate(tx, migrations, { columns: sqliteColumns, clock });
      await tx
        .insertInto("keyring")
        .values(newKeyringRow(makeId("store"), kek))
        .execute();
    });
    // the last connection folds the write-ahead log into the file
    await fill.finally(() => db.destroy());
  });
  return openStore(options);
}

/** STORE_MISSING, STORE_NEWER and KEY_WRONG come before anything is changed. Migrations that are missing are applied. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder, kek, clock = systemClock, makeId = randomId } = options;
  if (!(await storeExists(folder))) throw new AppError("STORE_MISSING", `there is no store in ${folder}`);
  await sweepAside(folder, newStore);
  const db = await openDatabase(databaseFile(folder), clock);
  return orClose(db, async () => {
    await checkDatabase(db, kek);
    await useWriteAheadLog(db);
    await db.transaction().execute((tx) => migrate(tx, migrations, { columns: sqliteColumns, clock }));
    return openWith(db, { kek, clock, makeId });
  });
}

/** What must hold before a file is used as a store; only reads. Without a key, the key is not looked at. */
export async function checkDatabase(db: Kysely<Tables>, kek: Kek | undefined): Promise<void> {
  const tables = await db.introspection.getTables();
  const missing = ["schema_migration", "keyring"].find((name) => !tables.some((table) => table.name === name));
  if (missing !== undefined) throw new AppError("STORE_BROKEN", `the store's file has no table ${missing}`);
  await refuseNewer(db, migrations);
  if (kek !== undefined) await checkKeyring(db, kek);
}

async function openWith(db: Kysely<Tables>, options: Required<Omit<StoreOptions, "folder">>): Promise<Store> {
  const row = await db.selectFrom("keyring").select(["store_id", "signing_verifier"]).executeTakeFirstOrThrow();
  const keyring = new Keyring(row, options.kek);
  const queue = transactions(db, { ...options, keyring });
  return {
    id: keyring.store,
    verifier: keyring.verifier,
    transaction: (work) => queue.transaction(work),
    backup: (file, backup = {}) => queue.alone(() => backupTo(db, file, { ...backup, store: keyring.store })),
    close: () => queue.alone(() => db.destroy()),
  };
}

async function orClose<T>(db: Kysely<Tables>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await db.destroy();
    throw classify(error);
  }
}
