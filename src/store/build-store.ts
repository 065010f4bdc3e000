import { chmod, link, mkdir, mkdtemp, open, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError, systemCode } from "#kernel";
import { asidePrefix, sweepAside } from "./aside.ts";
import { databaseFile, storeExists } from "./database.ts";

/** What a store is called while it is made. */
export const newStore = "new";

/**
 * Lets `build` fill an empty 0600 file aside, then makes it the folder's store in one step: a crash before leaves no
 * store, and of two that are built together one wins. ALREADY_EXISTS. A failure leaves the folder as it was.
 */
export async function buildStore<T>(folder: string, build: (file: string) => Promise<T>): Promise<T> {
  await sweepAside(folder, newStore);
  if (await storeExists(folder)) throw taken(folder);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = await mkdtemp(join(folder, asidePrefix(newStore)));
  try {
    const file = databaseFile(aside);
    await (await open(file, "wx", 0o600)).close();
    const result = await build(file);
    await moveIn(file, folder);
    await rm(aside, { recursive: true, force: true });
    return result;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (made !== undefined) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/** A link, because a rename would replace what another process put there meanwhile. */
async function moveIn(file: string, folder: string): Promise<void> {
  await sync(file, "r+");
  await chmod(folder, 0o700);
  await link(file, databaseFile(folder)).catch((cause: unknown) => {
    const exists = systemCode(cause) === "EEXIST";
    throw exists ? taken(folder) : new AppError("FILE_UNREADABLE", `no store can be made in ${folder}`, { cause });
  });
  await sync(folder, "r");
}

async function sync(path: string, flags: "r" | "r+"): Promise<void> {
  const handle = await open(path, flags);
  await handle.sync().finally(() => handle.close());
}

function taken(folder: string): AppError {
  return new AppError("ALREADY_EXISTS", `there is a store in ${folder} already`);
}
