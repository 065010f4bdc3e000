import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { endGroup, hasGroups } from "#kernel";
import type { RunOptions, RunResult } from "./host.ts";
import { baseEnvironment } from "./process/restart.ts";
import { printable } from "./printable.ts";

export interface RunCommandOptions extends RunOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** given to the command beside the usual few of the environment; public */
  readonly variables?: Readonly<Record<string, string>>;
}

const maximumLine = 2000;
const maximumOutput = 1 << 20;

/** Runs a command without secrets in its environment, hands its lines on escaped, and ends it at the time limit. */
export function runCommand(command: readonly string[], options: RunCommandOptions): Promise<RunResult> {
  const [program = "", ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      env: { ...baseEnvironment(options.environment), ...options.variables },
      stdio: ["pipe", "pipe", "pipe"],
      detached: hasGroups,
    });
    // one that does not read it ends as it likes
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    const end = () => endGroup(child.pid);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, options.timeout);
    options.signal?.addEventListener("abort", end, { once: true });
    eachLine([child.stdout, child.stderr], options);
    const settle = (result: () => void) => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", end);
      result();
    };
    child.once("error", () => settle(() => resolve({ kind: "exited", code: 127 })));
    child.once("close", (code) =>
      settle(() => {
        if (options.signal?.aborted) reject(options.signal.reason as Error);
        else resolve(late ? { kind: "timeout" } : { kind: "exited", code: code ?? 137 });
      }),
    );
  });
}

/** Splits output into lines, masked, without a terminal's colours, escaped and bounded; of a command that floods, the first megabyte is handed on. */
export function eachLine(
  streams: readonly NodeJS.ReadableStream[],
  { onLine, mask = (line) => line }: Pick<RunOptions, "onLine" | "mask">,
): void {
  let left = maximumOutput;
  // masked on both sides: a value may have colours in it, and may have stood between them
  const plain = (line: string): string => {
    const masked = mask(line);
    const bare = stripVTControlCharacters(masked);
    return bare === masked ? masked : mask(bare);
  };
  const tell = (line: string) => onLine?.(printable(plain(line), maximumLine));
  for (const stream of streams) {
    let begun: string[] = [];
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      const [first = "", ...others] = text.slice(0, Math.max(0, left)).split("\n");
      left -= text.length;
      begun.push(first);
      for (const other of others) {
        tell(begun.join(""));
        begun = [other];
      }
      // half of a line may hold half of a value
      if (left < 0) begun = [];
    });
    stream.on("end", () => {
      const rest = begun.join("");
      if (rest !== "") tell(rest);
    });
  }
}
