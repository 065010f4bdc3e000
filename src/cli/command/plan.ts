import { renderJson } from "../render/json.ts";
import type { Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { renderFindings } from "../render/finding.ts";
import { renderPlan } from "../render/plan.ts";
import { renderRotationPlan } from "../render/rotation.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [
    { flags: "--rotate <name>", description: "what a rotation of this secret would do, step by step" },
    { flags: "--compromised", description: "of --rotate: as somebody else may know it" },
  ],
  description: "Exits with 2 when there is something to do.",
  run: async (call) => {
    const { arguments: part, terminal, json } = call;
    const rotated = call.options.text("rotate");
    const home = await call.home();
    if (rotated !== undefined) {
      const question = { name: rotated, scope: {}, compromised: call.options.flag("compromised") };
      const plan = await home.planRotation(question);
      terminal.out.write(json ? renderJson(plan) : renderRotationPlan(plan, terminal.out.color));
      return 2;
    }
    const result = await watched(call, (onLook) => home.planPlatform(part, onLook));
    const errors = result.findings.some(({ severity }) => severity === "error");
    if (json) terminal.out.write(renderJson(result));
    else {
      terminal.err.write(renderFindings(result.findings, terminal.err.color));
      terminal.out.write(renderPlan(result.plan, terminal.out.color));
    }
    if (errors) return 65;
    const { changes, left, absent } = result.plan;
    return changes.length > 0 || left.length > 0 || absent.some(({ kind }) => kind === "unreachable") ? 2 : 0;
  },
};
