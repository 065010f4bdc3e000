import { randomBytes } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { processIdentity } from "#host";
import { AppError, type Sensitive } from "#kernel";
import { writeAside, writeNewFile } from "#store";

/**
 * Writes a 0600 file in one step, beside what is there or over it. ALREADY_EXISTS unless `replace`. What a run that was
 * killed left beside it is removed first.
 */
export async function writePrivate(path: string, content: Sensitive, replace: boolean): Promise<void> {
  const bytes = content.reveal();
  if (!replace) return writeNewFile(path, bytes);
  await removeLeftovers(path);
  const beside = `${path}.keyturn-${await ownMark()}-${randomBytes(6).toString("hex")}`;
  try {
    await writeAside(beside, bytes);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new AppError("FILE_UNREADABLE", `${path} can't be written`, { cause });
  }
}

/** A number alone could be another process's by now, in a container even the same one's. */
async function ownMark(): Promise<string> {
  return `${process.pid}-${await markOf(process.pid)}`;
}

async function markOf(pid: number): Promise<string> {
  return (await processIdentity(pid))?.replaceAll(/[^A-Za-z0-9]/g, "") ?? "";
}

async function removeLeftovers(path: string): Promise<void> {
  const start = `${basename(path)}.keyturn-`;
  // a folder that can't be listed may be written all the same
  const names = await readdir(dirname(path)).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(start))) {
    const [, pid = "", mark = ""] = /^(\d{1,10})-([A-Za-z0-9]*)-[0-9a-f]{12}$/.exec(name.slice(start.length)) ?? [];
    if (pid === "" || (await markOf(Number(pid))) === mark) continue;
    await rm(join(dirname(path), name), { force: true });
  }
}
