import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { processFolder } from "./process-folder.ts";

/** Kept with the local processes, so that `status` and `plan` in another terminal see the same ports. */
export async function setPortShift(
  context: Pick<Context, "home" | "environment" | "reloadPlatform">,
  shift: number,
): Promise<void> {
  const file = portShiftFile(context.home, context.environment);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${shift}\n`, { mode: 0o600 });
  context.reloadPlatform();
}

/** 0 where none was set, or where what is there moves no port to another. */
export function readPortShift(home: string, environment: string): number {
  try {
    const text = readFileSync(portShiftFile(home, environment), "utf8").trim();
    const shift = /^-?\d{1,5}$/.test(text) ? Number(text) : 0;
    return Math.abs(shift) < 65_536 ? shift : 0;
  } catch {
    return 0;
  }
}

export function portShiftFile(home: string, environment: string): string {
  return join(processFolder(home, environment), "port-shift");
}
