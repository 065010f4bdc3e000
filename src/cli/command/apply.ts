import { renderJson } from "../render/json.ts";
import { applyPlatform, type ApplyResult } from "#operation";
import type { Call, Command } from "../command.ts";
import { confirm } from "../prompt.ts";
import { renderFindings } from "../render/finding.ts";
import { renderImported } from "../render/imported.ts";
import { renderOutcome } from "../render/outcome.ts";
import { renderPlan } from "../render/plan.ts";
import { progressLines } from "../render/progress.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [
    { flags: "--source <where>", description: "take values from here first: env, dotenv:FILE, files:FOLDER" },
    { flags: "--override-freeze <reason>", description: "deploy in a freeze window all the same; the reason is kept" },
  ],
  description: "Shows the plan and asks; goes back by itself on every host when a gate fails.",
  run: async (call) => {
    const { terminal, options, json } = call;
    const source = options.text("source");
    const overrideFreeze = options.text("overrideFreeze");
    const result = await applyPlatform(await call.context(), {
      part: call.arguments,
      signal: call.signal,
      onEvent: json ? () => undefined : progressLines(terminal.err, () => performance.now()),
      confirm: async (plan, imported) => {
        if (!json) {
          if (imported !== undefined) terminal.err.write(renderImported(imported, terminal.err.color));
          terminal.err.write(renderFindings(plan.findings, terminal.err.color));
          terminal.err.write(renderPlan(plan, terminal.err.color));
        }
        return confirm(call, "apply this?");
      },
      ...(source === undefined ? {} : { source }),
      ...(overrideFreeze === undefined ? {} : { overrideFreeze }),
    });
    report(call, result);
    return exitOf(result);
  },
};

function report({ terminal, json }: Call, result: ApplyResult): void {
  if (json) terminal.out.write(renderJson(result));
  else terminal.out.write(renderOutcome(result, terminal.out.color));
}

function exitOf(result: ApplyResult): number {
  switch (result.kind) {
    case "nothing":
      return 0;
    case "cancelled":
      return 130;
    case "rolled-out":
      return result.outcome.kind === "done" ? 0 : 1;
  }
}
