import { dirname, join } from "node:path";
import type { Kdf, Kek } from "#envelope";
import { takeLock } from "#host";
import { AppError, Sensitive, systemCode } from "#kernel";
import { createKeyFile, loadKek, storeKdf, type KekSource } from "#store";
import { link, mkdir, readFile, rename, rm } from "node:fs/promises";
import type { NextKek } from "#operation";
import type { Paths } from "./place.ts";
import { findPlace } from "./store-place.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** A key beside the data it opens protects against little, and is called so. */
const plainKey = "plain.key";

/**
 * The store's key: the file that was named, then systemd's credential `keyturn-kek`, then a passphrase in a file, then
 * the plain key file in the home folder. A passphrase needs the parameters of its store; those of a backup are given.
 */
export async function findKek(paths: Paths, variables: Variables, kdf?: Kdf): Promise<Kek> {
  return loadKek(await sourceOf(paths, variables, kdf));
}

/** For a new store: the key that was named, or a new plain key file in the home folder. */
export async function findOrMakeKek(paths: Paths, variables: Variables): Promise<Kek> {
  const source = await sourceOf(paths, variables);
  const own = source.kind === "file" && source.path === join(paths.home, plainKey);
  if (!own) return loadKek(source);
  try {
    return await createKeyFile(source.path, { store: await findPlace(paths.home, variables) });
  } catch (error) {
    if (error instanceof AppError && error.code === "ALREADY_EXISTS") return loadKek(source);
    throw error;
  }
}

/**
 * A new key beside the present key file, to take its place; the old one is put aside, since it opens the backups made
 * until now. With a path, the key stays there: a file that is there already is used as it is.
 */
export async function nextKek(paths: Paths, variables: Variables, path?: string): Promise<NextKek> {
  if (path !== undefined) return namedKek(path);
  const source = await sourceOf(paths, variables);
  if (source.kind !== "file") {
    throw new AppError("USAGE", `the store's key is a ${source.kind}, which can't be replaced from here`, {
      hint: "name a file for the new key with --new-key-file",
    });
  }
  const id = await idOf(source);
  if (id === undefined) {
    await mkdir(dirname(source.path), { recursive: true, mode: 0o700 });
    return namedKek(source.path);
  }
  const release = await takeReplacing(source.path);
  const next = nextTo(source.path);
  // no store is under it: this one was opened with the present key
  await rm(next, { force: true });
  const kek = await createKeyFile(next);
  return {
    kek,
    install: () => replaceKey(source.path, id).finally(release),
    discard: () => rm(next, { force: true }).finally(release),
  };
}

/**
 * The key beside the present one, where a rekey was killed behind its transaction: the store is under that one. Finished
 * by `install`, unless another process is about to do so.
 */
export async function pendingKek(paths: Paths, variables: Variables): Promise<Pick<NextKek, "kek"> & Finishing> {
  const source = await sourceOf(paths, variables);
  if (source.kind !== "file") throw new AppError("KEY_MISSING", "there is no key beside it");
  const kek = await loadKek({ kind: "file", path: nextTo(source.path) });
  const { id } = await loadKek(source);
  const finish = async () => {
    const lock = await takeLock(replacing(source.path));
    if (lock.kind === "taken") await replaceKey(source.path, id).finally(lock.release);
  };
  return { kek, finish };
}

interface Finishing {
  finish(): Promise<void>;
}

function nextTo(path: string): string {
  return `${path}.next`;
}

function replacing(path: string): string {
  return `${path}.lock`;
}

async function takeReplacing(path: string): Promise<() => Promise<void>> {
  const lock = await takeLock(replacing(path));
  if (lock.kind === "taken") return lock.release;
  throw new AppError("ALREADY_RUNNING", `process ${lock.pid} is replacing the key ${path}`);
}

/** May be done again by whoever finds it half-done. */
async function replaceKey(path: string, id: string): Promise<{ readonly file: string; readonly kept: string }> {
  const kept = `${path}.old-${id.slice(0, 8)}`;
  await link(path, kept).catch((error: unknown) => {
    if (systemCode(error) !== "EEXIST") throw error;
  });
  await rename(nextTo(path), path);
  return { file: path, kept };
}

/** Undefined where there is no key any more. */
async function idOf(source: KekSource): Promise<string | undefined> {
  try {
    return (await loadKek(source)).id;
  } catch (error) {
    if (error instanceof AppError && error.code === "KEY_MISSING" && systemCode(error.cause) === "ENOENT")
      return undefined;
    throw error;
  }
}

async function namedKek(path: string): Promise<NextKek> {
  const install = async () => ({ file: path });
  try {
    return { kek: await createKeyFile(path), install, discard: () => rm(path, { force: true }) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "ALREADY_EXISTS") throw error;
    return { kek: await loadKek({ kind: "file", path }), install, discard: async () => {} };
  }
}

async function sourceOf({ home, keyFile }: Paths, variables: Variables, kdf?: Kdf): Promise<KekSource> {
  if (keyFile !== undefined) return { kind: "file", path: keyFile };
  const credentials = variables["CREDENTIALS_DIRECTORY"];
  if (credentials !== undefined && variables["KEYTURN_CREDENTIAL"] !== undefined) {
    return { kind: "credential", directory: credentials, name: variables["KEYTURN_CREDENTIAL"] };
  }
  const passphraseFile = variables["KEYTURN_PASSPHRASE_FILE"];
  if (passphraseFile !== undefined && passphraseFile !== "")
    return passphrase(passphraseFile, kdf ?? (await storeKdf(await findPlace(home, variables))));
  return { kind: "file", path: join(home, plainKey) };
}

async function passphrase(path: string, kdf: Kdf | undefined): Promise<KekSource> {
  const text = await readFile(path).catch((cause: unknown) => {
    throw new AppError("KEY_MISSING", `the passphrase file ${path} can't be read`, { cause });
  });
  const end = text.at(-1) === 10 ? -1 : undefined;
  return { kind: "passphrase", passphrase: Sensitive.of(text.subarray(0, end)), ...(kdf === undefined ? {} : { kdf }) };
}
