import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { AppError } from "#kernel";
import type { RunEnvironment } from "#operation";
import type { Output, Terminal } from "./terminal.ts";

export interface ChildInput {
  readonly command: readonly string[];
  readonly environment: RunEnvironment;
  readonly terminal: Terminal;
}

/** Runs a command with a service's values and gives its exit code; 128 and the signal's number when one ended it. */
export async function runChild({ command, environment, terminal }: ChildInput): Promise<number> {
  const [program = "", ...words] = command;
  const stdio = [terminal.out, terminal.err].map(({ live }) => (live ? "inherit" : "pipe"));
  const child = spawn(program, words, { env: variablesOf(environment), stdio: ["inherit", ...stdio] });
  const stopForwarding = forwardSignals(child, terminal.interactive);
  try {
    const ended = exitOf(child, program);
    const copies = [copy(child.stdout, terminal.out, environment), copy(child.stderr, terminal.err, environment)];
    const code = await ended;
    await Promise.all(copies);
    return code;
  } finally {
    stopForwarding();
  }
}

/** The last moment: from here on the values are in the child's environment alone. */
function variablesOf({ inherited, values }: RunEnvironment): Record<string, string> {
  const own = [...values].map(([name, value]) => [name, value.reveal().toString("utf8")] as const);
  return { ...inherited, ...Object.fromEntries(own) };
}

/** A terminal sends Ctrl-C and Ctrl-\ to the child by itself: once is enough. */
function forwardSignals(child: ChildProcess, fromTerminal: boolean): () => void {
  const signals: readonly NodeJS.Signals[] = [
    "SIGINT",
    "SIGQUIT",
    "SIGHUP",
    "SIGTERM",
    "SIGUSR1",
    "SIGUSR2",
    "SIGCONT",
  ];
  const handlers = signals.map((signal) => {
    const byTerminal = fromTerminal && (signal === "SIGINT" || signal === "SIGQUIT");
    return { signal, handle: () => void (byTerminal || child.kill(signal)) };
  });
  for (const { signal, handle } of handlers) process.on(signal, handle);
  return () => {
    for (const { signal, handle } of handlers) process.off(signal, handle);
  };
}

function exitOf(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      const hint = "check the command behind --; a shell's own words need `sh -c`";
      reject(new AppError("COMMAND_FAILED", `${program} can't be started`, { cause, hint }));
    });
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** Waits where the reader is slow; a reader that has gone closes the child's end as well. */
async function copy(from: Readable | null, to: Output, { makeMask }: RunEnvironment): Promise<void> {
  if (from === null) return;
  let mask: ReturnType<typeof makeMask> | undefined;
  for await (const chunk of from) {
    mask ??= makeMask();
    if (!(await to.writeBytes(mask.write(chunk as Buffer)))) return void from.destroy();
  }
  if (mask !== undefined) await to.writeBytes(mask.end());
}
