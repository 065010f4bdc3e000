import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { shellWord, type AppError } from "#kernel";
import { printable } from "../printable.ts";
import { childStream } from "./child-stream.ts";
import { readSshConfiguration } from "./configuration.ts";
import { addressOf, type SshHostOptions } from "./host.ts";
import { explainSsh } from "./trouble.ts";

export interface SshCommandOptions extends Omit<SshHostOptions, "seats"> {
  readonly command: readonly string[];
  /** why the command ended by itself: its exit code, and the last line that it wrote on standard error */
  readonly explain: (code: number, said: string) => AppError;
}

/** What a command on a machine behind sshd reads and writes, with the user's own configuration, agent and known hosts. */
export async function openSshCommand({ command, explain, ...options }: SshCommandOptions): Promise<Duplex> {
  const address = addressOf(options);
  const configuration = await readSshConfiguration(address);
  // in a process group of its own: Ctrl-C is for us
  const child = spawn("ssh", [...configuration.arguments, command.map(shellWord).join(" ")], {
    env: address.environment,
    detached: true,
  });
  return childStream(child, async (code, complaint) => {
    if (code === undefined || code === 255) return explainSsh(address, configuration, code, complaint);
    return explain(code, printable(complaint.trim().split("\n").at(-1)?.trim() ?? "", 200));
  });
}
