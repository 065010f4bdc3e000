import { spawn, type ChildProcess } from "node:child_process";

/** The command, where it is run, and what it finds there. */
export interface CommandPlace {
  readonly program: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly input?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** for Node itself: a module that is loaded before the command */
  readonly node?: readonly string[];
}

export interface Ended {
  /** null when a signal ended it */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that is still at work. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** what was printed until now */
  seen(): string;
}

export function startCommand(place: CommandPlace, words: readonly string[], options: CallOptions = {}): Running {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    ...place.environment,
    ...options.variables,
  };
  const argv = [...(options.node ?? []), place.program, ...words];
  const child = spawn(process.execPath, argv, { cwd: place.folder, env: environment, stdio: "pipe" });
  const seen = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (seen.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (seen.err += chunk.toString()));
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...seen }));
  });
  return { child, ended, seen: () => seen.out + seen.err };
}
