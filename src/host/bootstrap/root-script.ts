import { spawn } from "node:child_process";
import type { AppError } from "#kernel";
import { readSshConfiguration, type SshAddress, type SshConfiguration } from "../ssh/configuration.ts";
import { sshEnvironment } from "../ssh/environment.ts";
import { addressOf, type SshHostOptions } from "../ssh/host.ts";
import { createJumpSeats } from "../ssh/jump-seat.ts";
import { explainSsh } from "../ssh/trouble.ts";

export type BootstrapWay =
  /** a login that is root, or may become it by sudo without a password */
  | ({ readonly kind: "ssh" } & SshHostOptions)
  | { readonly kind: "local"; readonly environment: Readonly<Record<string, string | undefined>> };

export interface ScriptOutcome {
  readonly code: number | undefined;
  readonly complaint: string;
  /** where the way itself failed */
  readonly explain?: (code: number | undefined, complaint: string) => Promise<AppError>;
}

const asRoot = `if [ "$(id -u)" = 0 ]; then exec sh -s; fi; exec sudo -n sh -s`;

/** Runs a script as root over there; lines of its output are bounded. */
export async function runAsRoot(
  way: BootstrapWay,
  script: string,
  onLine: (line: string) => void,
): Promise<ScriptOutcome> {
  if (way.kind === "local")
    return runCommandWith(["sh", "-c", asRoot], sshEnvironment(way.environment), script, onLine);
  const address = addressOf(way);
  const configuration = await readSshConfiguration(address);
  const through = (way.seats ?? createJumpSeats()).through(configuration.jumps, async () => {});
  return through(() => runThere(address, configuration, script, onLine));
}

async function runThere(
  address: SshAddress,
  configuration: SshConfiguration,
  script: string,
  onLine: (line: string) => void,
): Promise<ScriptOutcome> {
  const command = ["ssh", ...configuration.arguments, `exec sh -c '${asRoot}'`];
  const outcome = await runCommandWith(command, address.environment, script, onLine);
  const explain = (code: number | undefined, complaint: string) => explainSsh(address, configuration, code, complaint);
  return outcome.code === 255 ? { ...outcome, explain } : outcome;
}

function runCommandWith(
  [program = "", ...rest]: readonly string[],
  environment: Readonly<Record<string, string>>,
  script: string,
  onLine: (line: string) => void,
): Promise<ScriptOutcome> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    let complaint = "";
    let output = "";
    child.stderr.on("data", (bytes: Buffer) => {
      complaint = (complaint + bytes.toString("latin1")).slice(-4000);
    });
    child.stdout.on("data", (bytes: Buffer) => {
      const lines = (output + bytes.toString("latin1")).split("\n");
      output = (lines.pop() ?? "").slice(-1000);
      for (const line of lines) onLine(line);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(script);
    const end = (code: number | undefined) => resolve({ code, complaint });
    child.once("error", () => end(127));
    child.once("close", (code) => end(code ?? undefined));
  });
}
