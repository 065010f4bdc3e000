import { spawn } from "node:child_process";
import { endGroup, hasGroups } from "#kernel";

export interface ChildOptions {
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly input: Buffer;
  /** milliseconds */
  readonly timeout: number;
}

export type ChildEnd =
  | { readonly kind: "exited"; readonly code: number; readonly output: Buffer; readonly errors: string }
  | { readonly kind: "unstartable" | "late" | "endless" };

/** More is no value and no message. */
const longest = 64 * 1024;

/** Runs a command to its end, with what it reads on its standard input. It and what it started end at the time limit. */
export function runChild(command: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const [program = "", ...words] = command;
  const { folder, variables, input, timeout } = options;
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: folder, env: variables, stdio: "pipe", detached: hasGroups });
    let stopped: "late" | "endless" | undefined;
    const stop = (why: "late" | "endless"): void => {
      stopped ??= why;
      endGroup(child.pid);
    };
    const timer = setTimeout(() => stop("late"), timeout);
    const [output, errors] = [collect(child.stdout, stop), collect(child.stderr, stop)];
    child.once("error", () => {
      clearTimeout(timer);
      resolve({ kind: "unstartable" });
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      if (stopped !== undefined) resolve({ kind: stopped });
      else resolve({ kind: "exited", code: code ?? 137, output: output(), errors: errors().toString("utf8") });
    });
    // one that reads nothing is as good
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

function collect(stream: NodeJS.ReadableStream, stop: (why: "endless") => void): () => Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    length += chunk.byteLength;
    if (length > longest) stop("endless");
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}
