import { spawn } from "node:child_process";
import { AppError } from "#kernel";
import { printable } from "../printable.ts";
import { readSshConfiguration } from "../ssh/configuration.ts";
import { addressOf, endShared, type SshHostOptions } from "../ssh/host.ts";
import { sshEnvironment } from "../ssh/environment.ts";
import { explainSsh } from "../ssh/trouble.ts";
import type { BootstrapPlan, BootstrapStep } from "./plan.ts";

export type BootstrapWay =
  /** a login that is root, or may become it by sudo without a password */
  | ({ readonly kind: "ssh" } & SshHostOptions)
  | { readonly kind: "local"; readonly environment: Readonly<Record<string, string | undefined>> };

export interface BootstrapResult extends BootstrapStep {
  readonly state: "ok" | "changed";
}

/** Runs the plan's script as root and tells each step as it ends. A step that fails ends it with its own message. */
export async function runBootstrap(
  way: BootstrapWay,
  plan: BootstrapPlan,
  onStep: (result: BootstrapResult) => void = () => {},
): Promise<readonly BootstrapResult[]> {
  const results: BootstrapResult[] = [];
  const { code, complaint, failedStep, explain } = await runScript(way, plan.script, (index, state) => {
    const step = plan.steps[index];
    if (step === undefined) return;
    const result = { ...step, state };
    results.push(result);
    onStep(result);
  });
  if (code === 0 && results.length === plan.steps.length) return results;
  const title = plan.steps[failedStep ?? -1]?.title;
  if (failedStep === undefined && explain !== undefined) throw await explain(code, complaint);
  const said = printable(complaint.trim().split("\n").at(-1) ?? "", 300);
  throw new AppError(
    "COMMAND_FAILED",
    `${plan.host} could not be prepared${title === undefined ? "" : `, at ${title}`}: ${said}`,
    {
      hint: "mend that and run it again: what is done stays done",
    },
  );
}

interface ScriptOutcome {
  readonly code: number | undefined;
  readonly complaint: string;
  readonly failedStep?: number;
  readonly explain?: (code: number | undefined, complaint: string) => Promise<AppError>;
}

type OnState = (index: number, state: "ok" | "changed") => void;

const asRoot = `if [ "$(id -u)" = 0 ]; then exec sh -s; fi; exec sudo -n sh -s`;

async function runScript(way: BootstrapWay, script: string, onState: OnState): Promise<ScriptOutcome> {
  if (way.kind === "local")
    return runCommandWith(["sh", "-c", asRoot], sshEnvironment(way.environment), script, onState);
  const address = addressOf(way);
  const configuration = await readSshConfiguration(address);
  try {
    const command = ["ssh", ...configuration.arguments, `exec sh -c '${asRoot}'`];
    const outcome = await runCommandWith(command, address.environment, script, onState);
    const explain = (code: number | undefined, complaint: string) =>
      explainSsh(address, configuration, code, complaint);
    return outcome.code === 255 ? { ...outcome, explain } : outcome;
  } finally {
    await endShared(address, configuration);
  }
}

function runCommandWith(
  [program = "", ...rest]: readonly string[],
  environment: Readonly<Record<string, string>>,
  script: string,
  onState: OnState,
): Promise<ScriptOutcome> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    let complaint = "";
    let output = "";
    let failedStep: number | undefined;
    child.stderr.on("data", (bytes: Buffer) => {
      complaint = (complaint + bytes.toString("latin1")).slice(-4000);
    });
    child.stdout.on("data", (bytes: Buffer) => {
      const lines = (output + bytes.toString("latin1")).split("\n");
      output = (lines.pop() ?? "").slice(-1000);
      for (const line of lines) {
        const [, index = "", state] = /^keyturn-step (\d{1,4}) (ok|changed|failed)$/.exec(line) ?? [];
        if (state === "failed") failedStep = Number(index);
        else if (state === "ok" || state === "changed") onState(Number(index), state);
      }
    });
    child.stdin.on("error", () => {});
    child.stdin.end(script);
    const end = (code: number | undefined) =>
      resolve({ code, complaint, ...(failedStep === undefined ? {} : { failedStep }) });
    child.once("error", () => end(127));
    child.once("close", (code) => end(code ?? undefined));
  });
}
