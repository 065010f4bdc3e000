import { mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError, systemCode, type Sensitive } from "#kernel";
import { lineOf, readCredential } from "./credential.ts";
import { readPrivate, readServer, storeExists, writeNewFile, type StorePlace } from "#store";

type Variables = Readonly<Record<string, string | undefined>>;

/** systemd's credential with the password of the database's user */
const credential = "keyturn-store-password";

/** Where this home says its store is: in the database that `store.url` names, otherwise in the home itself. */
export async function findPlace(home: string, variables: Variables): Promise<StorePlace> {
  const address = await readAddress(home);
  if (address === undefined) return { folder: home };
  if (await storeExists({ folder: home })) {
    throw new AppError("STORE_ADDRESS", `${home} has a store of its own, and store.url names another`, {
      hint: "move keyturn.db out of the folder, or store.url, whichever is not to be used",
    });
  }
  const server = readServer(
    address,
    `take it out of ${addressFile(home)}, and write it to ${passwordFile(home)}, mode 600`,
  );
  const password = await findPassword(home, variables);
  return { folder: home, server: { ...server, ...(password === undefined ? {} : { password }) } };
}

/** For work that makes a store in the database of this address: the home names it from then on, unless the work fails. */
export async function settlePlace<T>(home: string, address: string | undefined, work: () => Promise<T>): Promise<T> {
  if (address === undefined) return work();
  readServer(
    address,
    `others could read it on the command line: change it on the server, and write the new one to ${passwordFile(home)}, mode 600`,
  );
  const made = await mkdir(home, { recursive: true, mode: 0o700 });
  let written = false;
  try {
    written = await writeAddress(home, address);
    return await work();
  } catch (error) {
    if (written) await rm(addressFile(home), { force: true });
    // a key that was made stays: a store may be under it although no answer came
    if (made !== undefined) await rmdir(home).catch(() => undefined);
    throw error;
  }
}

function addressFile(home: string): string {
  return join(home, "store.url");
}

function passwordFile(home: string): string {
  return join(home, "store.password");
}

async function readAddress(home: string): Promise<string | undefined> {
  const file = addressFile(home);
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw new AppError("FILE_UNREADABLE", `${file} can't be read`, { cause });
  }
}

/** False when it stands there already. */
async function writeAddress(home: string, address: string): Promise<boolean> {
  const known = await readAddress(home);
  if (known === address) return false;
  if (known !== undefined) {
    throw new AppError("STORE_ADDRESS", `${addressFile(home)} names another database`, {
      hint: "name another home with --home, or remove the file when its store is not to be used any more",
    });
  }
  await writeNewFile(addressFile(home), Buffer.from(`${address}\n`));
  return true;
}

/** None is needed where the server lets the user in by a socket. */
async function findPassword(home: string, variables: Variables): Promise<Sensitive | undefined> {
  const given = await readCredential(variables["CREDENTIALS_DIRECTORY"], credential, "STORE_REFUSED");
  if (given !== undefined) return given;
  const file = passwordFile(home);
  const text = await readPrivate(file, { what: "password file", code: "STORE_REFUSED" }).catch((error: unknown) => {
    if (error instanceof AppError && systemCode(error.cause) === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : lineOf(text);
}
