import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { AppError } from "#kernel";
import type { Child } from "./child.ts";
import { forwardSignals } from "./forward-signals.ts";
import type { Output } from "./terminal.ts";

/** Standard output and error are masked, each by itself; standard input is the child's own. */
export async function onPipes({ program, words, variables, makeMask, terminal }: Child): Promise<number> {
  const child = spawn(program, words, { env: variables, stdio: ["inherit", "pipe", "pipe"] });
  const stopForwarding = forwardSignals((signal) => child.kill(signal), terminal.interactive);
  try {
    const ended = exitOf(child, program);
    const copies = [copy(child.stdout, terminal.out, makeMask), copy(child.stderr, terminal.err, makeMask)];
    const code = await ended;
    await Promise.all(copies);
    return code;
  } finally {
    stopForwarding();
  }
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
async function copy(from: Readable, to: Output, makeMask: Child["makeMask"]): Promise<void> {
  let mask: ReturnType<typeof makeMask> | undefined;
  for await (const chunk of from) {
    mask ??= makeMask();
    if (!(await to.writeBytes(mask.write(chunk as Buffer)))) return void from.destroy();
  }
  if (mask !== undefined) await to.writeBytes(mask.end());
}
