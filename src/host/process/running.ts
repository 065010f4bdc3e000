import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemClock, type Clock } from "#kernel";
import type { RecordName } from "../observation.ts";
import { processIdentity, processOfInvocation } from "./identity.ts";
import { readJson } from "./place.ts";

/** What is kept of a process that was started, to find it again from another one. */
export interface StartedProcess {
  readonly service: string;
  readonly instance: string;
  readonly pid: number;
  readonly identity: string;
  readonly invocation: string;
  readonly startedAt: number;
  /** the release it was given, where the kernel does not show a process's environment */
  readonly given?: RecordName;
}

/** Of one that is about to be started: its number is not known yet. */
export const unnoted = { pid: 0, identity: "" } as const;

export interface StopCounts {
  /** ended on SIGTERM */
  readonly stopped: number;
  /** had to be killed */
  readonly killed: number;
  /** were gone already */
  readonly gone: number;
}

/** The processes below this folder that live now. */
export async function runningProcesses(folder: string): Promise<readonly StartedProcess[]> {
  const known = await startedProcesses(folder);
  const living = await Promise.all(known.map(async ({ started }) => ((await lives(started)) ? [started] : [])));
  return living.flat();
}

/** Stops every process that was started below this folder, all at once; may be repeated. */
export async function stopProcesses(
  folder: string,
  options: { readonly clock?: Clock; readonly limit?: number } = {},
): Promise<StopCounts> {
  const ends = await Promise.all(
    (await startedProcesses(folder)).map(async ({ path, started }) => {
      const end = await stopProcess(started, options.clock ?? systemClock, options.limit ?? stopLimit);
      await rm(path, { force: true });
      return end;
    }),
  );
  const count = (kind: StopEnd) => ends.filter((end) => end === kind).length;
  return { stopped: count("stopped"), killed: count("killed"), gone: count("gone") };
}

export type StopEnd = "stopped" | "killed" | "gone";

/** how long a process has to end itself, ms */
export const stopLimit = 10_000;

export async function stopProcess(started: StartedProcess, clock: Clock, limit: number): Promise<StopEnd> {
  if (!(await signalProcess(started, "SIGTERM"))) return "gone";
  const deadline = clock.monotonic() + limit;
  while (clock.monotonic() < deadline) {
    if (!(await lives(started))) return "stopped";
    await clock.sleep(50);
  }
  if (!(await signalProcess(started, "SIGKILL"))) return "stopped";
  while (await lives(started)) await clock.sleep(20);
  return "killed";
}

/** The others say something to the program itself, and would end a child that does not know them. */
const ending: ReadonlySet<NodeJS.Signals> = new Set(["SIGTERM", "SIGINT", "SIGQUIT", "SIGKILL"]);

/** Never signals a number that now belongs to someone else. False when the process is gone. */
export async function signalProcess(started: StartedProcess, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await lives(started))) return false;
  try {
    // each was started as the leader of its own group, so its children end with it
    process.kill(process.platform === "win32" || !ending.has(signal) ? started.pid : -started.pid, signal);
    return true;
  } catch {
    return false;
  }
}

export async function lives(started: StartedProcess): Promise<boolean> {
  return (await processIdentity(started.pid)) === started.identity;
}

export async function readStarted(path: string): Promise<StartedProcess | undefined> {
  const started = await readJson<StartedProcess>(path);
  // without an identity, a process that is gone would be taken for itself
  const texts = [started?.service, started?.instance, started?.identity, started?.invocation];
  const isWhole = texts.every((text) => typeof text === "string") && Number.isFinite(started?.startedAt);
  if (started === undefined || !isWhole) return undefined;
  if (started.pid === unnoted.pid) return found(started);
  return Number.isSafeInteger(started.pid) && started.pid > 1 ? started : undefined;
}

/** Whoever started it was killed before its number was written down, or is about to. */
async function found(started: StartedProcess): Promise<StartedProcess | undefined> {
  const pid = await processOfInvocation(started.invocation);
  const identity = pid === undefined ? undefined : await processIdentity(pid);
  return pid === undefined || identity === undefined ? undefined : { ...started, pid, identity };
}

async function startedProcesses(folder: string): Promise<{ path: string; started: StartedProcess }[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const paths = names.filter((name) => /^[^/\\]+[/\\]instance(?:-[^/\\]+)?\.json$/.test(name));
  const found = await Promise.all(
    paths.map(async (name) => {
      const path = join(folder, name);
      const started = await readStarted(path);
      return started === undefined ? [] : [{ path, started }];
    }),
  );
  return found.flat();
}
