import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encryptTo, type Recipient } from "#envelope";
import { CompiledQuery, type Kysely } from "kysely";
import { asidePrefix, sweepAside } from "./aside.ts";
import { writeNewFile } from "./new-file.ts";
import type { Tables } from "./schema.ts";

const copying = "keyturn-backup";

/** `keyturn backup 1 STORE LENGTH SHA256`, then the database file. */
export const backupMagic = "keyturn backup 1 ";

/** See `Store.backup`. The copy is made beside the file, in a 0700 folder, and removed at the end. */
export async function backupTo(
  db: Kysely<Tables>,
  file: string,
  { store, recipient }: { readonly store: string; readonly recipient?: Recipient },
): Promise<void> {
  await sweepAside(dirname(file), copying);
  const folder = await mkdtemp(join(dirname(file), asidePrefix(copying)));
  try {
    const copy = join(folder, "copy.db");
    await db.executeQuery(CompiledQuery.raw("vacuum into ?", [copy]));
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
