import { join } from "node:path";
import { takeLock } from "#host";
import { AppError } from "#kernel";
import { processFolder } from "./process-folder.ts";

/**
 * One `keyturn dev` per environment of a home folder. ALREADY_RUNNING names the other one's process; a file that a
 * killed one left behind is taken over.
 */
export async function takeDevLock(home: string, environment: string): Promise<() => Promise<void>> {
  const lock = await takeLock(join(processFolder(home, environment), "dev.lock"));
  if (lock.kind === "taken") return lock.release;
  const { pid } = lock;
  throw new AppError("ALREADY_RUNNING", `${environment} runs already, started by process ${pid}`, { data: { pid } });
}
