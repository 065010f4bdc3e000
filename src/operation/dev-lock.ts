import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { processIdentity } from "#host";
import { AppError } from "#kernel";
import { processFolder } from "./process-folder.ts";

/**
 * One `keyturn dev` per environment of a home folder. ALREADY_RUNNING names the other one's process; a file that a
 * killed one left behind is taken over.
 */
export async function takeDevLock(home: string, environment: string): Promise<() => Promise<void>> {
  const folder = processFolder(home, environment);
  const path = join(folder, "dev.lock");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = `${process.pid} ${await processIdentity(process.pid)}`;
  if (!(await writeNew(path, own))) {
    const holder = await readFile(path, "utf8").catch(() => "");
    const pid = Number(holder.split(" ")[0]);
    if (pid > 0 && holder === `${pid} ${await processIdentity(pid)}`) {
      throw new AppError("ALREADY_RUNNING", `${environment} runs already, started by process ${pid}`, {
        data: { pid },
      });
    }
    await rm(path, { force: true });
    if (!(await writeNew(path, own))) throw new AppError("ALREADY_RUNNING", `${environment} is being started just now`);
  }
  return () => rm(path, { force: true });
}

/** Appears with its text in it or not at all: an empty one would look like a left-over. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const whole = `${path}.${process.pid}`;
  try {
    await writeFile(whole, text, { mode: 0o600 });
    await link(whole, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}
