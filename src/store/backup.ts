import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encryptTo, type Recipient } from "#envelope";
import type { Kysely } from "kysely";
import { asidePrefix, sweepAside } from "./aside.ts";
import type { Database } from "./database.ts";
import { writeNewFile } from "./new-file.ts";
import type { Tables } from "./schema.ts";

const copying = "keyturn-backup";

/** `keyturn backup 1 STORE LENGTH SHA256`, then the database file. */
export const backupMagic = "keyturn backup 1 ";

interface BackupOptions {
  readonly db: Kysely<Tables>;
  readonly database: Database;
  readonly store: string;
  readonly recipient?: Recipient;
}

/** See `Store.backup`. The copy is made beside the file, in a 0700 folder, and removed at the end. */
export async function backupTo(file: string, { db, database, store, recipient }: BackupOptions): Promise<void> {
  await sweepAside(dirname(file), copying);
  const folder = await mkdtemp(join(dirname(file), asidePrefix(copying)));
  try {
    const copy = join(folder, "copy.db");
    await database.copyTo(db, copy);
    const content = withHeader(store, await readFile(copy));
    await writeNewFile(file, recipient === undefined ? content : await encryptTo(recipient, content));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function withHeader(store: string, database: Buffer): Buffer {
  const digest = createHash("sha256").update(database).digest("hex");
  return Buffer.concat([Buffer.from(`${backupMagic}${store} ${database.byteLength} ${digest}\n`), database]);
}
