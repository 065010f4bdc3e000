import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { RecordName } from "../observation.ts";
import { invocationName, processIdentity } from "./identity.ts";
import { instancePath, logPath, writeJson } from "./place.ts";
import { unnoted, type StartedProcess } from "./running.ts";

export interface StartInput {
  readonly folder: string;
  readonly service: string;
  readonly instance: string;
  readonly command: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly given?: RecordName;
  readonly now: number;
}

export type StartResult =
  | { readonly kind: "started"; readonly process: StartedProcess; readonly exited: Promise<string> }
  | { readonly kind: "failed"; readonly detail: string };

/**
 * Starts a process in a session of its own, so that it outlives this one, and notes how to find it again. Who is killed
 * between the two has written down before by which invocation it is found.
 */
export async function startProcess(input: StartInput): Promise<StartResult> {
  const [program, ...rest] = input.command;
  if (program === undefined) return { kind: "failed", detail: "the service has no command" };
  const log = await openLog(logPath(input.folder, input.service, input.instance));
  const invocation = randomBytes(16).toString("hex");
  await note(input, { invocation, ...unnoted });
  try {
    const child = spawn(program, rest, {
      cwd: input.directory,
      env: { ...input.environment, [invocationName]: invocation },
      stdio: ["ignore", log.fd, log.fd],
      detached: true,
      windowsHide: true,
    });
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
    });
    const trouble = await new Promise<string | undefined>((resolve) => {
      child.once("spawn", () => resolve(undefined));
      child.once("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? "unknown"));
    });
    const { pid } = child;
    if (trouble !== undefined || pid === undefined) {
      await rm(instancePath(input.folder, input.service, input.instance), { force: true });
      return { kind: "failed", detail: `the command could not be started (${trouble ?? "no process"})` };
    }
    child.unref();
    // a process that is gone already has no identity: nothing will match this one, and it is never signalled
    const identity = (await processIdentity(pid)) ?? "gone";
    return { kind: "started", process: await note(input, { invocation, pid, identity }), exited };
  } finally {
    await log.close();
  }
}

async function note(
  input: StartInput,
  found: Pick<StartedProcess, "pid" | "identity" | "invocation">,
): Promise<StartedProcess> {
  const started: StartedProcess = {
    service: input.service,
    instance: input.instance,
    ...found,
    startedAt: input.now,
    ...(input.given === undefined ? {} : { given: input.given }),
  };
  await writeJson(instancePath(input.folder, input.service, input.instance), started);
  return started;
}

async function openLog(path: string) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const log = await open(path, "a", 0o600);
  await chmod(path, 0o600);
  return log;
}
