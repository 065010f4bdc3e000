import { AppError } from "#kernel";
import { printable } from "../printable.ts";
import type { BootstrapPlan, BootstrapStep } from "./plan.ts";
import { runAsRoot, type BootstrapWay } from "./root-script.ts";

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
  let failedStep: number | undefined;
  const { code, complaint, explain } = await runAsRoot(way, plan.script, (line) => {
    const [, index = "", state] = /^keyturn-step (\d{1,4}) (ok|changed|failed)$/.exec(line) ?? [];
    if (state === "failed") failedStep = Number(index);
    const step = plan.steps[Number(index)];
    if (step === undefined || (state !== "ok" && state !== "changed")) return;
    const result = { ...step, state } as const;
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
      hint:
        results.length === 0 && title === undefined ? notRoot : "mend that and run it again: what is done stays done",
    },
  );
}

const notRoot = "the login has to be root's, or may become it by sudo without a password: name one with --as or --via";
