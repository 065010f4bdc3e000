import { join } from "node:path";
import type { Kek } from "#envelope";
import { AppError, Sensitive } from "#kernel";
import { createKeyFile, loadKek, storeKdf, type KekSource } from "#store";
import { readFile } from "node:fs/promises";
import type { Paths } from "./place.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** A key beside the data it opens protects against little, and is called so. */
const plainKey = "plain.key";

/**
 * The store's key: the file that was named, then systemd's credential `keyturn-kek`, then a passphrase in a file, then
 * the plain key file in the home folder.
 */
export async function findKek(paths: Paths, variables: Variables): Promise<Kek> {
  return loadKek(await sourceOf(paths, variables));
}

/** For a new store: the key that was named, or a new plain key file in the home folder. */
export async function findOrMakeKek(paths: Paths, variables: Variables): Promise<Kek> {
  const source = await sourceOf(paths, variables);
  const own = source.kind === "file" && source.path === join(paths.home, plainKey);
  if (!own) return loadKek(source);
  try {
    return await createKeyFile(source.path, { store: paths.home });
  } catch (error) {
    if (error instanceof AppError && error.code === "ALREADY_EXISTS") return loadKek(source);
    throw error;
  }
}

async function sourceOf({ home, keyFile }: Paths, variables: Variables): Promise<KekSource> {
  if (keyFile !== undefined) return { kind: "file", path: keyFile };
  const credentials = variables["CREDENTIALS_DIRECTORY"];
  if (credentials !== undefined && variables["KEYTURN_CREDENTIAL"] !== undefined) {
    return { kind: "credential", directory: credentials, name: variables["KEYTURN_CREDENTIAL"] };
  }
  const passphraseFile = variables["KEYTURN_PASSPHRASE_FILE"];
  if (passphraseFile !== undefined && passphraseFile !== "") return passphrase(passphraseFile, home);
  return { kind: "file", path: join(home, plainKey) };
}

async function passphrase(path: string, home: string): Promise<KekSource> {
  const text = await readFile(path).catch((cause: unknown) => {
    throw new AppError("KEY_MISSING", `the passphrase file ${path} can't be read`, { cause });
  });
  const kdf = await storeKdf(home);
  const end = text.at(-1) === 10 ? -1 : undefined;
  return { kind: "passphrase", passphrase: Sensitive.of(text.subarray(0, end)), ...(kdf === undefined ? {} : { kdf }) };
}
