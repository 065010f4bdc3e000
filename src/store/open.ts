import { AsyncLocalStorage } from "node:async_hooks";
import type { Kek } from "#envelope";
import { AppError, randomId, systemClock, type Clock, type MakeId } from "#kernel";
import type { Kysely } from "kysely";
import { sweepAside } from "./aside.ts";
import { backupTo } from "./backup.ts";
import { buildStore, newStore } from "./build-store.ts";
import type { Database } from "./database.ts";
import { sqliteColumns } from "./dialect/column.ts";
import { classify, openFile } from "./dialect/sqlite.ts";
import { checkKeyring, Keyring, newKeyringRow } from "./keyring.ts";
import { migrations } from "./migration/index.ts";
import { migrate, refuseNewer } from "./migration/migrate.ts";
import { databaseOf, type StorePlace } from "./place.ts";
import { lazyReader } from "./reader.ts";
import type { Tables } from "./schema.ts";
import type { Store } from "./store.ts";
import { transactions, type Inside } from "./transaction.ts";

export interface StoreOptions extends StorePlace {
  readonly kek: Kek;
  readonly clock?: Clock;
  readonly makeId?: MakeId;
}

/** A new store, its keys under `kek`. ALREADY_EXISTS when the place holds one: a key is never made where ciphertext is. */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { kek, clock = systemClock, makeId = randomId } = options;
  await buildStore(options, clock, async (file) => {
    const db = await openFile(file, clock);
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
  const { kek, clock = systemClock, makeId = randomId } = options;
  const database = databaseOf(options);
  const db = await database.open(clock);
  await sweepAside(options.folder, newStore);
  return orClose(db, async () => {
    await checkDatabase(db, { tables: await database.tables(db), kek });
    await database.prepare(db);
    await db.transaction().execute((tx) => migrate(tx, migrations, { columns: database.columns, clock }));
    return openWith({ db, database }, { kek, clock, makeId });
  });
}

interface Expected {
  readonly tables: readonly string[];
  /** without one, the key is not looked at */
  readonly kek: Kek | undefined;
}

/** What must hold before a database is used as a store; only reads. */
export async function checkDatabase(db: Kysely<Tables>, { tables, kek }: Expected): Promise<void> {
  const missing = ["schema_migration", "keyring"].find((name) => !tables.includes(name));
  if (missing !== undefined) throw new AppError("STORE_BROKEN", `the store has no table ${missing}`);
  await refuseNewer(db, migrations);
  if (kek !== undefined) await checkKeyring(db, kek);
}

interface OpenDatabase {
  readonly db: Kysely<Tables>;
  readonly database: Database;
}

async function openWith(
  { db, database }: OpenDatabase,
  options: Required<Omit<StoreOptions, keyof StorePlace>>,
): Promise<Store> {
  const row = await db.selectFrom("keyring").select(["store_id", "signing_verifier"]).executeTakeFirstOrThrow();
  const keyring = new Keyring(row, options.kek);
  const inside: Inside = new AsyncLocalStorage();
  const queueFor = (own: Kysely<Tables>) => transactions(own, { ...options, keyring, inside });
  const queue = queueFor(db);
  const reader = lazyReader({ database, clock: options.clock, queue, queueFor });
  return {
    id: keyring.store,
    verifier: keyring.verifier,
    transaction: (work) => queue.transaction(work).finally(() => reader.forget()),
    backup: (file, backup = {}) => queue.alone(() => backupTo(file, { ...backup, db, database, store: keyring.store })),
    read: (work) => reader.read(work),
    recall: (key, work) => reader.recall(key, work),
    close: async () => {
      await reader.close();
      await queue.alone(() => db.destroy());
    },
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
