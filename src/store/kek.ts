import { randomBytes } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { kekFromPassphrase, keyOf, newKdf, parseKdf, type Kdf, type Kek } from "#envelope";
import { AppError, systemClock, type Sensitive } from "#kernel";
import { classify } from "./dialect/sqlite.ts";
import { writeNewFile } from "./new-file.ts";
import { databaseOf, storeExists, type StorePlace } from "./place.ts";
import { readPrivate, type PrivateFile } from "./private-file.ts";

/**
 * Where the KEK is. A credential is what systemd's `LoadCredential` or `LoadCredentialEncrypted` puts into
 * `$CREDENTIALS_DIRECTORY`. A passphrase for a new store comes without parameters, for an existing one with the store's
 * (`storeKdf`).
 */
export type KekSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "credential"; readonly directory: string; readonly name: string }
  | { readonly kind: "passphrase"; readonly passphrase: Sensitive; readonly kdf?: Kdf };

const prefix = "keyturn-key-1:";
const keyFile: PrivateFile = { what: "key file", code: "KEY_MISSING" };

/** KEY_MISSING when there is none, or when others may read it; a message never quotes the file. */
export async function loadKek(source: KekSource): Promise<Kek> {
  switch (source.kind) {
    case "file":
      return parseKey(await readPrivate(source.path, keyFile), source.path);
    case "credential":
      return loadCredential(source);
    case "passphrase":
      return kekFromPassphrase(source.passphrase, source.kdf ?? newKdf());
  }
}

/**
 * A new random key in a new 0600 file, on disk when it returns. ALREADY_EXISTS when the file is there, or when `store`
 * names a place with a store: that one was made with another key, and a new one would hide the loss.
 */
export async function createKeyFile(path: string, options: { readonly store?: StorePlace } = {}): Promise<Kek> {
  if (options.store !== undefined && (await storeExists(options.store))) {
    throw new AppError("ALREADY_EXISTS", `the store ${databaseOf(options.store).where} has a key already`, {
      hint: "find the key it was made with, or recover with the age identity",
    });
  }
  const bytes = randomBytes(32);
  await writeNewFile(path, Buffer.from(`${prefix}${bytes.toString("base64")}\n`));
  await syncFolder(dirname(path));
  return keyOf(bytes);
}

/** The scrypt parameters of a store whose KEK comes from a passphrase; undefined when it comes from elsewhere. */
export async function storeKdf(place: StorePlace): Promise<Kdf | undefined> {
  const database = databaseOf(place);
  if (!(await database.exists())) return undefined;
  const db = await database.open(systemClock);
  try {
    const row = await db.selectFrom("keyring").select("kdf").executeTakeFirst();
    return row?.kdf === null || row === undefined ? undefined : parseKdf(row.kdf);
  } catch (error) {
    throw classify(error);
  } finally {
    await db.destroy();
  }
}

async function loadCredential({ directory, name }: { readonly directory: string; readonly name: string }) {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.startsWith(".")) {
    throw new AppError("USAGE", "that is no name for a systemd credential");
  }
  // systemd made the folder for this process alone; the mode inside is its own business
  const path = join(directory, name);
  const text = await readFile(path).catch((cause: unknown) => {
    throw new AppError("KEY_MISSING", `there is no credential ${name}`, { cause });
  });
  return parseKey(text, path);
}

function parseKey(content: Buffer, path: string): Kek {
  const text = content.toString("latin1").trim();
  const bytes = text.startsWith(prefix) ? Buffer.from(text.slice(prefix.length), "base64") : content;
  if (bytes.byteLength !== 32) throw new AppError("KEY_MISSING", `${path} holds no key`);
  return keyOf(bytes);
}

async function syncFolder(folder: string): Promise<void> {
  const known = await stat(folder);
  if (!known.isDirectory() || process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
