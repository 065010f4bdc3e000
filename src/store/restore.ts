import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { Actor } from "#audit";
import { decryptWith, parseKdf, type Kdf, type Kek } from "#envelope";
import { AppError, randomId, systemClock, type Clock, type Sensitive } from "#kernel";
import { CompiledQuery, type Kysely, type Transaction as KyselyTransaction } from "kysely";
import { refuseUnnamed } from "./environment-name.ts";
import { auditLog } from "./audit-log.ts";
import { backupMagic } from "./backup.ts";
import { buildStore } from "./build-store.ts";
import { sqliteColumns } from "./dialect/column.ts";
import { classify, fileTables, openFile } from "./dialect/sqlite.ts";
import { Keyring } from "./keyring.ts";
import { migrations } from "./migration/index.ts";
import { migrate } from "./migration/migrate.ts";
import { checkDatabase } from "./open.ts";
import { databaseOf, type StorePlace } from "./place.ts";
import { recover } from "./recover.ts";
import type { Tables } from "./schema.ts";

export interface RestoreOptions extends StorePlace {
  readonly file: string;
  /** the key that the store had when the backup was made; for a passphrase, from the parameters kept in the backup */
  readonly kek: Kek | ((kdf: Kdf | undefined) => Promise<Kek>);
  /** the key is lost: `identity` opens the recovery wraps instead, and `kek` is the key that takes its place */
  readonly keyLost?: boolean;
  /** for a backup that was encrypted to a recipient */
  readonly identity?: Sensitive;
  readonly actor: Actor;
  readonly clock?: Clock;
}

/**
 * A store in a place that has none, from a backup of any kind of database. Every environment gets a new epoch, leases are free, a rollout that
 * ran then counts as failed. BACKUP_INVALID, KEY_WRONG and ALREADY_EXISTS leave the place as it was.
 */
export async function restoreStore(options: RestoreOptions): Promise<{ readonly environments: readonly string[] }> {
  const { file, clock = systemClock } = options;
  const database = databaseOf(options);
  if (await database.exists()) throw new AppError("ALREADY_EXISTS", `there is a store ${database.where} already`);
  const content = await readBackup(file, options.identity);
  await database.clear();
  return { environments: await buildStore(options, clock, (aside) => rebuild(aside, content, { ...options, clock })) };
}

/** bytes; a file without a line feed may be larger than any text */
const longestHeader = 1000;

async function readBackup(file: string, identity: Sensitive | undefined): Promise<Buffer> {
  const raw = await readFile(file).catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `the backup ${file} can't be read`, { cause });
  });
  const content = isAge(raw) ? await decrypted(file, raw, identity) : raw;
  const end = content.subarray(0, longestHeader).indexOf(10);
  const line = content.subarray(0, Math.max(end, 0)).toString("latin1");
  const [, length, digest] = new RegExp(`^${backupMagic}\\S+ (\\d+) ([0-9a-f]{64})$`).exec(line) ?? [];
  if (digest === undefined) throw new AppError("BACKUP_INVALID", `${file} is no backup of keyturn`);
  const database = content.subarray(end + 1);
  if (database.byteLength !== Number(length)) throw new AppError("BACKUP_INVALID", `the backup ${file} is cut off`);
  if (createHash("sha256").update(database).digest("hex") !== digest) {
    throw new AppError("BACKUP_INVALID", `the backup ${file} was changed`);
  }
  return database;
}

function isAge(content: Buffer): boolean {
  return content.subarray(0, 22).toString("latin1") === "age-encryption.org/v1\n";
}

async function decrypted(file: string, content: Buffer, identity: Sensitive | undefined): Promise<Buffer> {
  if (identity === undefined) {
    throw new AppError("KEY_MISSING", `the backup ${file} is encrypted`, { hint: "give the age identity as well" });
  }
  try {
    return await decryptWith(identity, content);
  } catch (cause) {
    if (cause instanceof AppError && cause.code !== "SEAL_BROKEN") throw cause;
    throw new AppError("BACKUP_INVALID", `the backup ${file} doesn't open with this identity`, { cause });
  }
}

async function rebuild(
  file: string,
  content: Buffer,
  options: RestoreOptions & { readonly clock: Clock },
): Promise<readonly string[]> {
  const { identity, actor, clock } = options;
  const lost = options.keyLost === true;
  await writeFile(file, content);
  const db = await openFile(file, clock);
  try {
    const kek = typeof options.kek === "function" ? await options.kek(await keptKdf(db)) : options.kek;
    await checkDatabase(db, { tables: await fileTables(db), kek: lost ? undefined : kek });
    await checkIntegrity(db, options.file);
    return await db.transaction().execute(async (tx) => {
      await migrate(tx, migrations, { columns: sqliteColumns, clock });
      if (lost) await recover(tx, { identity: identity ?? missing(), kek, actor, clock });
      return beginEpoch(tx, { kek, actor, clock });
    });
  } catch (error) {
    throw classify(error);
  } finally {
    await db.destroy();
  }
}

function missing(): never {
  throw new AppError("KEY_MISSING", "without the store's key, the recovery identity is needed");
}

async function checkIntegrity(db: Kysely<Tables>, file: string): Promise<void> {
  const { rows } = await db.executeQuery<{ integrity_check: string }>(CompiledQuery.raw("pragma integrity_check"));
  if (rows[0]?.integrity_check === "ok") return;
  throw new AppError("BACKUP_INVALID", `the database in the backup ${file} is damaged`);
}

/** A file that is no store has none; it is refused a moment later. */
async function keptKdf(db: Kysely<Tables>): Promise<Kdf | undefined> {
  if (!(await fileTables(db)).includes("keyring")) return undefined;
  const row = await db.selectFrom("keyring").select("kdf").executeTakeFirst();
  return row === undefined || row.kdf === null ? undefined : parseKdf(row.kdf);
}

interface NewEpoch {
  readonly kek: Kek;
  readonly actor: Actor;
  readonly clock: Clock;
}

async function beginEpoch(tx: KyselyTransaction<Tables>, options: NewEpoch) {
  const { clock, kek, actor } = options;
  const environments = await tx.selectFrom("environment").select(["name", "epoch"]).orderBy("name").execute();
  refuseUnnamed(environments);
  for (const { name, epoch } of environments) {
    // seconds since 1970: two restores of one backup must not share an epoch either
    const next = Math.max(epoch + 1, Math.floor(clock.now() / 1000));
    await tx.updateTable("environment").set({ epoch: next }).where("name", "=", name).execute();
  }
  await tx.updateTable("lease").set({ until: 0 }).execute();
  // whoever was logged in when the backup was made may have been shown out since
  await tx.deleteFrom("account_session").execute();
  await tx.deleteFrom("account_link").execute();
  await tx.deleteFrom("passkey_challenge").execute();
  const ended = { state: "failed", ended_at: clock.now() } as const;
  await tx.updateTable("rollout").set(ended).where("state", "=", "running").execute();
  const row = await tx.selectFrom("keyring").select(["store_id", "signing_verifier"]).executeTakeFirstOrThrow();
  const session = { tx, keyring: new Keyring(row, kek), clock, makeId: randomId, afterCommit: () => undefined };
  const names = environments.map((environment) => environment.name);
  const detail = { environments: names };
  await auditLog(session).append({ actor, action: "store.restore", subject: row.store_id, detail });
  return names;
}
