import { constants } from "node:fs";
import { access, chmod, link, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { AppError, type Clock, systemCode } from "#kernel";
import { CompiledQuery, Kysely, NoResultError } from "kysely";
import type { Database, ReaderConnection } from "../database.ts";
import type { Tables } from "../schema.ts";
import { sqliteColumns } from "./column.ts";
import { nodeSqliteDialect, sqliteCode } from "./node-sqlite.ts";

const corrupt = 11;
const notADatabase = 26;
/** no such table or column, a row that contradicts another, a value of another type */
const unfit = [1, 19, 20];

/** A store in a file of its home folder. */
export function sqliteDatabase(folder: string): Database {
  const file = databaseFile(folder);
  return {
    where: `in ${folder}`,
    columns: sqliteColumns,
    exists: async () => (await stat(file).catch(() => undefined)) !== undefined,
    open: (clock) => openFile(file, clock, `in ${folder}`),
    openReader: async (clock) => openReader(file, clock),
    tables: fileTables,
    prepare: useWriteAheadLog,
    async clear() {
      for (const left of ["-wal", "-shm"]) await rm(`${file}${left}`, { force: true });
    },
    moveIn: (made) => moveIn(made, folder),
    async copyTo(db, copy) {
      await db.executeQuery(CompiledQuery.raw("vacuum into ?", [copy]));
    },
  };
}

/** `keyturn.db` in the store's folder, with SQLite's own `-wal` and `-shm` beside it. */
export function databaseFile(folder: string): string {
  return join(folder, "keyturn.db");
}

export async function fileTables(db: Kysely<Tables>): Promise<readonly string[]> {
  return (await db.introspection.getTables()).map(({ name }) => name);
}

/** Every commit reaches the disk before it returns (synchronous=FULL). STORE_MISSING, FILE_UNREADABLE, STORE_BROKEN. */
export async function openFile(file: string, clock: Clock, where = `at ${file}`): Promise<Kysely<Tables>> {
  await checkReadable(file, where);
  try {
    // a lock is waited for here shortly, and then without blocking: see the dialect
    const database = new DatabaseSync(file, { timeout: 200, enableForeignKeyConstraints: true });
    database.exec("pragma synchronous = full; pragma secure_delete = on");
    return new Kysely<Tables>({ dialect: nodeSqliteDialect(database, clock) });
  } catch (cause) {
    throw classify(cause);
  }
}

/**
 * Beside a connection that is open: the file is there, and is ours. The stamp has a connection of its own, because inside a
 * transaction it stands still.
 */
function openReader(file: string, clock: Clock): ReaderConnection {
  try {
    const [database, watch] = [openReadOnly(file), openReadOnly(file)];
    const version = watch.prepare("pragma data_version");
    return {
      db: new Kysely<Tables>({ dialect: nodeSqliteDialect(database, clock) }),
      stamp: () => numberOf(version, "data_version"),
      close: () => watch.close(),
    };
  } catch (cause) {
    throw classify(cause);
  }
}

function numberOf(statement: StatementSync, column: string): number {
  try {
    return Number(statement.get()?.[column]);
  } catch (cause) {
    throw classify(cause);
  }
}

function openReadOnly(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: 200 });
}

/**
 * Damage to the file becomes STORE_BROKEN, as do tables, columns and rows that are gone, rows that contradict each other
 * and numbers that none of ours is; a lock that stays STORE_BUSY; the rest stays what it is.
 */
export function classify(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === corrupt || code === notADatabase) {
    return new AppError("STORE_BROKEN", "the store's file is damaged", { cause: error });
  }
  const outOfRange = systemCode(error) === "ERR_OUT_OF_RANGE";
  if ((code !== undefined && unfit.includes(code)) || outOfRange || error instanceof NoResultError) {
    return new AppError("STORE_BROKEN", "the store is not as its schema says", { cause: error });
  }
  if (code === 5 || code === 6) return new AppError("STORE_BUSY", "another process holds the store", { cause: error });
  return error;
}

/** Readers and a writer at the same time. Kept in the file, so only once it is known to be ours. */
async function useWriteAheadLog(db: Kysely<Tables>): Promise<void> {
  await db.executeQuery(CompiledQuery.raw("pragma journal_mode = wal"));
}

async function checkReadable(file: string, where: string): Promise<void> {
  try {
    await access(file, constants.R_OK | constants.W_OK);
  } catch (cause) {
    const missing = systemCode(cause) === "ENOENT";
    if (missing) throw new AppError("STORE_MISSING", `there is no store ${where}`, { cause });
    throw new AppError("FILE_UNREADABLE", `the store ${file} can't be read and written`, { cause });
  }
}

/** A link, because a rename would replace what another process put there meanwhile. */
async function moveIn(file: string, folder: string): Promise<void> {
  await sync(file, "r+");
  await chmod(folder, 0o700);
  await link(file, databaseFile(folder)).catch((cause: unknown) => {
    const exists = systemCode(cause) === "EEXIST";
    throw exists
      ? new AppError("ALREADY_EXISTS", `there is a store in ${folder} already`)
      : new AppError("FILE_UNREADABLE", `no store can be made in ${folder}`, { cause });
  });
  await sync(folder, "r");
}

async function sync(path: string, flags: "r" | "r+"): Promise<void> {
  const handle = await open(path, flags);
  await handle.sync().finally(() => handle.close());
}
