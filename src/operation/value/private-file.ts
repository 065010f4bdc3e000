import { randomBytes } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { processIdentity } from "#host";
import { AppError, type Sensitive } from "#kernel";

/**
 * Writes a 0600 file in one step, beside what is there or over it. ALREADY_EXISTS unless `replace`. What a run that was
 * killed left beside it is removed first.
 */
export async function writePrivate(path: string, content: Sensitive, replace: boolean): Promise<void> {
  if (!replace) return writeNew(path, content, path);
  await removeLeftovers(path);
  const beside = `${path}.keyturn-${await ownMark()}-${randomBytes(6).toString("hex")}`;
  try {
    await writeNew(beside, content, path);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function writeNew(path: string, content: Sensitive, shown: string): Promise<void> {
  const file = await open(path, "wx", 0o600).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    if (code === "EEXIST") throw new AppError("ALREADY_EXISTS", `${shown} is there already`, { cause });
    throw new AppError("FILE_UNREADABLE", `${shown} can't be written`, { cause });
  });
  try {
    await file.writeFile(content.reveal());
    await file.sync();
  } finally {
    await file.close();
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
