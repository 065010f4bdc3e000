import { spawn } from "node:child_process";
import { shellWord } from "#kernel";
import type { RunOptions, RunResult } from "../host.ts";
import { eachLine } from "../run-command.ts";
import type { SshAddress } from "./configuration.ts";

/** How ssh is called for one machine, and what it means when it fails by itself. */
export interface SshCall {
  readonly words: readonly string[];
  readonly environment: SshAddress["environment"];
  readonly explain: (complaint: string) => Promise<Error>;
}

/** A command over ssh as the connecting user; its words reach the remote shell quoted, so they stay words. */
export async function runOverSsh(
  { words, environment, explain }: SshCall,
  command: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const child = spawn("ssh", [...words, remoteCommand(command, options)], {
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  let complaint = "";
  child.stderr.on("data", (bytes: Buffer | string) => {
    complaint = (complaint + bytes.toString()).slice(-4000);
  });
  eachLine([child.stdout, child.stderr], options);
  let late = false;
  const end = () => child.kill("SIGTERM");
  // the machine's own limit comes first; this one is for a machine that is gone
  const timer = setTimeout(() => {
    late = true;
    end();
  }, options.timeout + 15_000);
  options.signal?.addEventListener("abort", end, { once: true });
  const code = await new Promise<number | undefined>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? undefined));
  });
  clearTimeout(timer);
  options.signal?.removeEventListener("abort", end);
  options.signal?.throwIfAborted();
  if (late || code === timedOut) return { kind: "timeout" };
  if (code === undefined || code === 255) throw await explain(complaint);
  return { kind: "exited", code };
}

/** what timeout(1) ends with */
const timedOut = 124;

/** 255 is how ssh tells its own failures, so a command that ends with it is told as 254. */
function remoteCommand(command: readonly string[], options: RunOptions): string {
  const words = command.map(shellWord).join(" ");
  const limit = `timeout -k 5 ${Math.max(1, Math.ceil(options.timeout / 1000))}`;
  const folder = options.directory === undefined ? "" : `cd ${shellWord(options.directory)} || exit 126; `;
  const script = `${folder}if command -v timeout >/dev/null; then ${limit} ${words}; else ${words}; fi; code=$?; [ $code -ne 255 ] || code=254; exit $code`;
  return `exec sh -c 'eval "$(printf %b "$0")"' ${inAnyShell(script)}${options.input === undefined ? " </dev/null" : ""}`;
}

/** One word, with `\0ooo` for all but plain letters: a login shell may be csh or fish, which quote otherwise. */
function inAnyShell(text: string): string {
  const letters = [...Buffer.from(text, "utf8")].map((byte) => {
    const letter = String.fromCharCode(byte);
    return /[A-Za-z0-9 ._/:=@,+-]/.test(letter) ? letter : `\\0${byte.toString(8).padStart(3, "0")}`;
  });
  return `'${letters.join("")}'`;
}
