import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** A process that we started, told apart from a later one with the same number by the time it began. */
export interface KnownProcess {
  readonly pid: number;
  readonly startTime: string;
}

export function knownProcess(pid: number): KnownProcess | undefined {
  const fields = statFields(pid);
  return fields === undefined ? undefined : { pid, startTime: fields.startTime };
}

export function isAlive(known: KnownProcess | undefined): known is KnownProcess {
  if (known === undefined) return false;
  const fields = statFields(known.pid);
  return fields !== undefined && fields.startTime === known.startTime && fields.state !== "Z";
}

/** Sends SIGKILL if it is still the same process, and waits until it is gone. */
export async function killAndWait(known: KnownProcess | undefined): Promise<void> {
  if (!isAlive(known)) return;
  process.kill(known.pid, "SIGKILL");
  await waitGone(known, 10_000);
}

export async function waitGone(known: KnownProcess | undefined, limit: number): Promise<boolean> {
  const deadline = performance.now() + limit;
  while (isAlive(known) && performance.now() < deadline) await setTimeout(20);
  return !isAlive(known);
}

/** The children of a process; a host's own PID 1 is the only child of its nspawn. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function statFields(pid: number): { readonly state: string; readonly startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the second field is the name in brackets and may hold blanks
    const rest = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state = "", startTime = ""] = [rest[0], rest[19]];
    return { state, startTime };
  } catch {
    return undefined;
  }
}
