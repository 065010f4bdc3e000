import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CallOptions, Running } from "../command.ts";
import type { Dice } from "./dice.ts";
import type { Scene } from "./scene.ts";

const boundaryModule = fileURLToPath(new URL("boundary.ts", import.meta.url));

/** Waits for some moment of what takes about so long; ends early with the command. */
export async function someMoment(dice: Dice, running: Running, duration: number): Promise<number> {
  const ms = Math.round(dice.next() * duration * 1.05);
  await Promise.race([setTimeout(ms), running.ended]);
  return ms;
}

/** SIGKILL of the command at some moment; resolves with which. */
export async function killAtSomeMoment(dice: Dice, running: Running, duration: number): Promise<string> {
  const ms = await someMoment(dice, running, duration);
  const late = running.child.exitCode !== null;
  running.child.kill("SIGKILL");
  await running.ended;
  return late ? `nothing, it had ended within ${ms} ms` : `the command after ${ms} ms`;
}

/** What makes a command end itself at its boundary of this number, and tell which that was. */
export function atBoundary(
  scene: Scene,
  number: number,
): { readonly options: CallOptions; readonly passed: () => string[] } {
  const file = join(scene.top, "boundaries");
  rmSync(file, { force: true });
  return {
    options: { node: ["--import", boundaryModule], variables: { KEYTURN_BOUNDARY: `${number} ${file}` } },
    passed: () => {
      try {
        return readFileSync(file, "utf8").trimEnd().split("\n");
      } catch {
        return [];
      }
    },
  };
}
