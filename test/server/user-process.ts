import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject, onTestFinished } from "vitest";

/** Whom a process belongs to. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** One of Debian's own users, which every system has. */
export function userNamed(name: string): Owner {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined) throw new Error(`this system has no user ${name}`);
  return { uid: Number(uid), gid: Number(gid) };
}

export interface Programs {
  /** folder with a `node` that every user may start */
  readonly bin: string;
  /** this user's folder, where the worker's socket will be: the group may go in */
  readonly run: string;
}

/** Wherever the sources lie, other users may not get there. */
export async function openPrograms(worker: Owner): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-users-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [bin, run] = [join(folder, "bin"), join(folder, "run")];
  await chmod(folder, 0o755);
  await mkdir(bin);
  await mkdir(run);
  await copyFile(process.execPath, join(bin, "node"));
  await chmod(join(bin, "node"), 0o755);
  await chown(run, worker.uid, worker.gid);
  await chmod(run, 0o750);
  return { bin, run };
}

/** The folder and all that is in it. */
export async function giveTo({ uid, gid }: Owner, folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), uid, gid);
  await chown(folder, uid, gid);
  await chmod(folder, 0o700);
}

export interface UserProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** what it has written by now */
  readonly out: () => string;
  readonly err: () => string;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** The published command as that user, once it has said that it is ready. */
export async function startAs(
  owner: Owner,
  { bin }: Programs,
  { words, cwd, variables = {} }: Call,
): Promise<UserProcess> {
  const env = { PATH: `${bin}:/usr/bin:/bin`, ...variables };
  const child = spawn(join(bin, "node"), [inject("command"), ...words], { ...owner, cwd, env, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const seen = { out: "", err: "" };
  child.stdout.on("data", (bytes: Buffer) => (seen.out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (seen.err += bytes.toString()));
  await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  if (child.pid === undefined || seen.out === "") throw new Error(`it did not start: ${seen.err}`);
  return {
    child,
    pid: child.pid,
    out: () => seen.out,
    err: () => seen.err,
    end: async (signal) => {
      const closed = once(child, "close") as Promise<[number | null]>;
      child.kill(signal);
      return (await closed)[0];
    },
  };
}

interface Call {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** What a line of JavaScript writes that this user runs. */
export async function runAs(owner: Owner, { bin }: Programs, script: string): Promise<string> {
  const options = { ...owner, cwd: "/", env: {} };
  const { stdout } = await promisify(execFile)(join(bin, "node"), ["--eval", script], options);
  return stdout;
}
