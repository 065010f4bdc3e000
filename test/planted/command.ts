import { spawn, type ChildProcess } from "node:child_process";
import { inject } from "vitest";
import type { Planting } from "./platform.ts";

const bin = inject("command");

export interface Outcome {
  readonly words: string;
  readonly code: number | null;
  readonly output: string;
}

interface CallOptions {
  readonly input?: string | Buffer;
  readonly variables?: Readonly<Record<string, string>>;
  /** another home than the platform's own */
  readonly home?: string;
  /** sent once this text is in the output */
  readonly signal?: {
    readonly name: NodeJS.Signals;
    readonly after: string;
    /** and once this is done */
    readonly meanwhile?: (output: string) => Promise<void>;
  };
}

export type Keyturn = (words: string | readonly string[], options?: CallOptions) => Promise<Outcome>;

/** The real command. Everything that it prints is kept in `said`. */
export function keyturnFor(planting: Planting, said: Outcome[]): Keyturn {
  return async (words, options = {}) => {
    const list = typeof words === "string" ? words.split(" ") : words;
    const { project, home, temporary, bin: stubs } = planting;
    const place = list.includes("--home") ? [] : ["--home", options.home ?? home];
    const at = list.indexOf("--");
    const all = at === -1 ? [...list, ...place] : [...list.slice(0, at), ...place, ...list.slice(at)];
    const child = spawn(process.execPath, [bin, ...all], {
      cwd: project,
      env: {
        PATH: `${stubs}:${process.env["PATH"] ?? ""}`,
        HOME: planting.root,
        TMPDIR: temporary,
        KEYTURN_ENV: "local",
        ...options.variables,
      },
      stdio: "pipe",
    });
    const outcome = { words: list.slice(0, 2).join(" "), ...(await ended(child, options)) };
    said.push(outcome);
    return outcome;
  };
}

function ended(child: ChildProcess, { input = "", signal }: CallOptions): Promise<Omit<Outcome, "words">> {
  let output = "";
  let sent = false;
  const keep = (chunk: Buffer) => {
    output += chunk.toString("latin1");
    if (signal === undefined || sent || !output.includes(signal.after)) return;
    sent = true;
    void (signal.meanwhile?.(output) ?? Promise.resolve()).finally(() => child.kill(signal.name));
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.stdin?.on("error", () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
