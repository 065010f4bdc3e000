import { mkdir, mkdtemp, open, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError, type Clock } from "#kernel";
import { asidePrefix, sweepAside } from "./aside.ts";
import { databaseOf, type StorePlace } from "./place.ts";

/** What a store is called while it is made. */
export const newStore = "new";

/**
 * Lets `build` fill an empty 0600 file aside, then makes it the store of this place in one step: a crash before leaves no
 * store, and of two that are built together one wins. ALREADY_EXISTS. A failure leaves the place as it was.
 */
export async function buildStore<T>(place: StorePlace, clock: Clock, build: (file: string) => Promise<T>): Promise<T> {
  const { folder } = place;
  const database = databaseOf(place);
  await sweepAside(folder, newStore);
  if (await database.exists()) {
    throw new AppError("ALREADY_EXISTS", `there is a store ${database.where} already`);
  }
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = await mkdtemp(join(folder, asidePrefix(newStore)));
  try {
    const file = join(aside, "store.db");
    await (await open(file, "wx", 0o600)).close();
    const result = await build(file);
    await database.moveIn(file, clock);
    await rm(aside, { recursive: true, force: true });
    return result;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // where another store is by now, the folder is its home
    const taken = error instanceof AppError && error.code === "ALREADY_EXISTS";
    if (made !== undefined && !taken) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}
