import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError, type Clock, systemCode } from "#kernel";
import { CompiledQuery, Kysely, NoResultError } from "kysely";
import { nodeSqliteDialect, sqliteCode } from "./dialect/node-sqlite.ts";
import type { Tables } from "./schema.ts";

const corrupt = 11;
const notADatabase = 26;
/** no such table or column, a row that contradicts another, a value of another type */
const unfit = [1, 19, 20];

/** `keyturn.db` in the store's folder, with SQLite's own `-wal` and `-shm` beside it. */
export function databaseFile(folder: string): string {
  return join(folder, "keyturn.db");
}

export async function storeExists(folder: string): Promise<boolean> {
  return (await stat(databaseFile(folder)).catch(() => undefined)) !== undefined;
}

/** Every commit reaches the disk before it returns (synchronous=FULL). STORE_MISSING, FILE_UNREADABLE, STORE_BROKEN. */
export async function openDatabase(file: string, clock: Clock): Promise<Kysely<Tables>> {
  await checkReadable(file);
  try {
    // a lock is waited for here shortly, and then without blocking: see the dialect
    const database = new DatabaseSync(file, { timeout: 200, enableForeignKeyConstraints: true });
    database.exec("pragma synchronous = full; pragma secure_delete = on");
    return new Kysely<Tables>({ dialect: nodeSqliteDialect(database, clock) });
  } catch (cause) {
    throw classify(cause);
  }
}

/** Readers and a writer at the same time. Kept in the file, so only once it is known to be ours. */
export async function useWriteAheadLog(db: Kysely<Tables>): Promise<void> {
  await db.executeQuery(CompiledQuery.raw("pragma journal_mode = wal"));
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
    return new AppError("STORE_BROKEN", "the store's file is not as its schema says", { cause: error });
  }
  if (code === 5 || code === 6) return new AppError("STORE_BUSY", "another process holds the store", { cause: error });
  return error;
}

async function checkReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK | constants.W_OK);
  } catch (cause) {
    const missing = systemCode(cause) === "ENOENT";
    if (missing) throw new AppError("STORE_MISSING", `there is no store at ${file}`, { cause });
    throw new AppError("FILE_UNREADABLE", `the store ${file} can't be read and written`, { cause });
  }
}
