import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { AppError } from "#kernel";
import { place, stateFolder } from "./place.ts";
import { isAlive, knownProcess, type KnownProcess } from "./process.ts";

/**
 * One command at a time makes or removes hosts. Gives what ends the claim; a claim of a process that is gone doesn't
 * count.
 */
export async function claimLab(): Promise<() => Promise<void>> {
  await mkdir(stateFolder, { recursive: true });
  const holder = existsSync(place.claim)
    ? (JSON.parse(await readFile(place.claim, "utf8")) as KnownProcess)
    : undefined;
  if (isAlive(holder)) {
    throw new AppError("ALREADY_RUNNING", `another command (process ${holder.pid}) makes or removes the lab's hosts`, {
      hint: "wait for it, or stop it with Ctrl-C in its terminal",
    });
  }
  await rm(place.claim, { force: true });
  // fails when someone else was faster
  await writeFile(place.claim, JSON.stringify(knownProcess(process.pid)), { flag: "wx" });
  return async () => await rm(place.claim, { force: true });
}
