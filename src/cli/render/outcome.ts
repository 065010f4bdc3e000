import type { ApplyResult } from "#operation";
import type { RolloutOutcome } from "#rollout";
import type { Colors } from "../terminal.ts";
import { renderPlan } from "./plan.ts";

/** The one clear answer at the end. */
export function renderOutcome(result: ApplyResult, color: Colors): string {
  switch (result.kind) {
    case "nothing":
      return renderPlan(result.plan, color);
    case "cancelled":
      return "nothing was changed\n";
    case "taken-back":
      return takenBackText(result, color);
    case "rolled-out":
      return outcomeText(result.outcome, { release: `r${result.release}`, targets: result.plan.changes.length }, color);
  }
}

/** Nothing is broken: the other run goes on from what it found. */
const takenOver = "another run has taken over: nothing more was touched, and `keyturn status` shows what runs now\n";

interface Scale {
  readonly release: string;
  readonly targets: number;
}

function outcomeText(outcome: RolloutOutcome, { release, targets }: Scale, color: Colors): string {
  if (outcome.kind === "done") {
    return `${color.green("done")}: ${release} runs on ${targets} target${targets === 1 ? "" : "s"}, verified\n`;
  }
  const { target, host, step, detail } = outcome.failure;
  const what = `${target === "" ? host : target}, ${step}: ${detail}`;
  switch (outcome.kind) {
    case "stopped":
      return stoppedText(release, step === "stop" ? "" : what, color);
    case "untouched":
      if (step === "fence" || step === "lease") return `${color.red("stopped")} at ${what}\n${takenOver}`;
      return `${color.red("failed")} at ${what}\nnothing was changed on any host\n`;
    case "returned": {
      const back = `back on the release before: ${outcome.hosts.join(", ")}\n`;
      return `${color.red("failed")} at ${what}\n${back}${doubtText(outcome.unhealthy)}`;
    }
    case "stranded": {
      const left = outcome.targets.map((one) => `  ${one.target}: ${one.detail}\n`).join("");
      if (step === "fence" || step === "lease") return `${color.red("stopped")} at ${what}\n${takenOver}${left}`;
      return `${color.red("failed")} at ${what}\n${color.red("these could not go back")} and need a person:\n${left}`;
    }
  }
}

function doubtText(unhealthy: Extract<RolloutOutcome, { kind: "returned" }>["unhealthy"]): string {
  if (unhealthy.length === 0) return "";
  const lines = unhealthy.map((one) => `  ${one.target}: ${one.detail}\n`).join("");
  return `running again, but the checks of the release that failed do not pass:\n${lines}`;
}

function stoppedText(release: string, failed: string, color: Colors): string {
  const failure = failed === "" ? "" : `${color.red("failed")} at ${failed}\n`;
  return (
    failure +
    `${color.yellow("stopped")}: everything is left as ${release} has it until now\n` +
    "  keyturn apply --resume   goes on with it\n" +
    "  keyturn apply --return   takes back what it changed\n"
  );
}

function takenBackText(
  { outcome, release, plan }: Extract<ApplyResult, { kind: "rolled-out" | "taken-back" }>,
  color: Colors,
): string {
  switch (outcome.kind) {
    case "returned":
      return `${color.green("done")}: r${release} is taken back, the release before runs on ${outcome.hosts.join(", ")}\n${doubtText(outcome.unhealthy)}`;
    case "untouched":
      return `${color.green("done")}: r${release} had changed nothing that had to go back\n`;
    case "done":
    case "stopped":
    case "stranded":
      return outcomeText(outcome, { release: `r${release}`, targets: plan.changes.length }, color);
  }
}
