import { randomBytes } from "node:crypto";
import { link, open, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError, systemCode } from "#kernel";
import { asidePrefix, sweepAside } from "./aside.ts";

/**
 * 0600, on disk when it returns; nothing is overwritten (ALREADY_EXISTS). Made beside its place and linked there when it
 * is whole: a process that is killed leaves no part of it under this name, and what it leaves goes with the next.
 */
export async function writeNewFile(file: string, content: Uint8Array, shown: string = file): Promise<void> {
  const [folder, name] = [dirname(file), basename(file)];
  await sweepAside(folder, name);
  const aside = join(folder, `${asidePrefix(name)}${randomBytes(6).toString("hex")}`);
  try {
    await writeAside(aside, content);
    await link(aside, file);
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") throw new AppError("ALREADY_EXISTS", `${shown} is there already`, { cause });
    throw new AppError("FILE_UNREADABLE", `${shown} can't be written`, { cause });
  } finally {
    await rm(aside, { force: true });
  }
}

/** 0600, on disk when it returns, under a name that only its writer knows: a killed one leaves a part of it there. */
export async function writeAside(file: string, content: Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
