import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

/**
 * What tells a process from another one that later got the same number: its start time, as the kernel counts it
 * (field 22 of /proc/PID/stat), elsewhere as ps prints it. Undefined when no such process lives.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") return linuxIdentity(pid);
  if (process.platform === "win32") return alive(pid) ? `pid ${pid}` : undefined;
  return psIdentity(pid);
}

/** The environment a process was started with, NUL-separated; only Linux shows it. */
export async function processEnvironment(pid: number): Promise<Buffer | undefined> {
  if (process.platform !== "linux") return undefined;
  return readFile(`/proc/${pid}/environ`).catch(() => undefined);
}

/** In a process's environment, what it was started as. */
export const invocationName = "KEYTURN_INVOCATION";

/** The process that was started as this, and not what it started itself; only Linux shows it. */
export async function processOfInvocation(invocation: string): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of numbers) {
    const environment = await processEnvironment(pid);
    const isIts = environment?.toString("latin1").split("\0").includes(`${invocationName}=${invocation}`) === true;
    // it leads its group
    if (isIts && (await statFields(pid))?.[2] === String(pid)) return pid;
  }
  return undefined;
}

/** From the third one on: the state is the first of them. */
async function statFields(pid: number): Promise<readonly string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
  // the second field is the program's name in parentheses and may hold anything, so count from its end
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

async function linuxIdentity(pid: number): Promise<string | undefined> {
  const fields = await statFields(pid);
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || state === "Z" || state === "X" ? undefined : started;
}

function psIdentity(pid: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C" };
    execFile("ps", ["-o", "state=,lstart=", "-p", String(pid)], { env: environment }, (error, output) => {
      const line = output.trim();
      resolve(error !== null || line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, ""));
    });
  });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
