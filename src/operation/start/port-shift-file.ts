import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { processFolder } from "./process-folder.ts";

/** Kept with the local processes, so that `status` and `plan` in another terminal see the same ports. */
export async function setPortShift(
  context: Pick<Context, "home" | "environment" | "reloadPlatform">,
  shift: number,
): Promise<void> {
  const folder = processFolder(context.home, context.environment);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "port-shift"), `${shift}\n`, { mode: 0o600 });
  context.reloadPlatform();
}

/** 0 where none was set, or where what is there moves no port to another. */
export function readPortShift(home: string, environment: string): number {
  try {
    const text = readFileSync(join(processFolder(home, environment), "port-shift"), "utf8").trim();
    const shift = /^-?\d{1,5}$/.test(text) ? Number(text) : 0;
    return Math.abs(shift) < 65_536 ? shift : 0;
  } catch {
    return 0;
  }
}
