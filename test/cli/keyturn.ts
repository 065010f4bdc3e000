import { spawn, type ChildProcess } from "node:child_process";
import { inject } from "vitest";
import { makeProject, type Files } from "../operation/make-context.ts";

const bin = inject("command");

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface CallOptions {
  readonly input?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** sent once this text is in the output */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: string };
  /** done once this text is in the output */
  readonly meanwhile?: { readonly after: string; readonly act: () => void };
}

export type Keyturn = (words: string, options?: CallOptions) => Promise<Outcome>;

/** The real command in a new project with a store; words are split at spaces, `|` in a word stands for one. */
export async function keyturnIn(files?: Files): Promise<{ readonly keyturn: Keyturn; readonly folder: string }> {
  const { folder } = await makeProject(files);
  return { folder, keyturn: keyturnAt(folder) };
}

/** The real command in a folder that is there already. */
export function keyturnAt(folder: string): Keyturn {
  return (words, options = {}) => call(folder, words.split(" "), options);
}

function call(folder: string, words: readonly string[], { input = "", variables = {}, ...options }: CallOptions) {
  const child = spawn(process.execPath, [bin, ...words.map((word) => word.replaceAll("|", " "))], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...variables },
    stdio: "pipe",
  });
  const seen = { out: "", err: "" };
  let awaited = awaitedOf(child, options);
  const heard = (text: string): void => {
    const due = awaited.filter(({ after }) => text.includes(after));
    awaited = awaited.filter((one) => !due.includes(one));
    for (const { act } of due) act();
  };
  child.stdout.on("data", (chunk: Buffer) => heard((seen.out += chunk.toString())));
  child.stderr.on("data", (chunk: Buffer) => heard((seen.err += chunk.toString())));
  child.stdin.on("error", () => undefined).end(input);
  return new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out: seen.out, err: seen.err }));
  });
}

function awaitedOf(child: ChildProcess, { signal, meanwhile }: CallOptions) {
  const told = signal === undefined ? [] : [{ after: signal.after, act: () => void child.kill(signal.name) }];
  return [...told, ...(meanwhile === undefined ? [] : [meanwhile])];
}
