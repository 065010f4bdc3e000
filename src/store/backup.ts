import { createHash } from "node:crypto";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encryptTo, type Recipient } from "#envelope";
import { AppError } from "#kernel";
import { CompiledQuery, type Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** `keyturn backup 1 STORE LENGTH SHA256`, then the database file. */
export const backupMagic = "keyturn backup 1 ";

/** See `Store.backup`. The copy is made beside the file, in a 0700 folder, and removed at the end. */
export async function backupTo(
  db: Kysely<Tables>,
  file: string,
  { store, recipient }: { readonly store: string; readonly recipient?: Recipient },
): Promise<void> {
  const folder = await mkdtemp(join(dirname(file), ".keyturn-backup-"));
  try {
    const copy = join(folder, "copy.db");
    await db.executeQuery(CompiledQuery.raw("vacuum into ?", [copy]));
    const content = withHeader(store, await readFile(copy));
    await writeNew(file, recipient === undefined ? content : await encryptTo(recipient, content));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function withHeader(store: string, database: Buffer): Buffer {
  const digest = createHash("sha256").update(database).digest("hex");
  return Buffer.concat([Buffer.from(`${backupMagic}${store} ${database.byteLength} ${digest}\n`), database]);
}

/** 0600, on disk when it returns; nothing is overwritten. */
export async function writeNew(file: string, content: Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o600).catch((cause: unknown) => {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const code = exists ? "ALREADY_EXISTS" : "FILE_UNREADABLE";
    throw new AppError(code, exists ? `${file} is there already` : `${file} can't be written`, { cause });
  });
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content);
    await handle.sync();
  } catch (cause) {
    await rm(file, { force: true });
    throw new AppError("FILE_UNREADABLE", `${file} can't be written`, { cause });
  } finally {
    await handle.close();
  }
}
