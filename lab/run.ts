import { spawn } from "node:child_process";
import { AppError } from "#kernel";

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end. A status other than 0 is an outcome, a program that can't be started is a failure. */
export function attempt(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      // a Ctrl-C reaches us alone: what is cleaned up meanwhile must not be hit by it
      detached: true,
      env: { ...process.env, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive", ...options.env },
    });
    const stop = () => endGroup(child.pid);
    options.signal?.addEventListener("abort", stop, { once: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (cause) => {
      reject(new AppError("COMMAND_FAILED", `${program} can't be run`, { cause }));
    });
    child.on("close", (code, signal) => {
      options.signal?.removeEventListener("abort", stop);
      const status = code ?? (signal === null ? 1 : 128);
      resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
    // a program may end without reading what it was given; its status says the rest
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** The same, where anything but status 0 is a failure; gives what the program printed. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await attempt(argv, options);
  if (status === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).split("\n").slice(-5).join("\n");
  throw new AppError("COMMAND_FAILED", `${argv.slice(0, 3).join(" ")} ended with ${status}\n${said}`);
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  } catch {
    // it has ended by itself
  }
}
