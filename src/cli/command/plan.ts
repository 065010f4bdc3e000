import { AppError } from "#kernel";
import { renderJson } from "../render/json.ts";
import type { Call, Command } from "../command.ts";
import { watched } from "../progress/watch.ts";
import { renderFindings } from "../render/finding.ts";
import { renderPlan } from "../render/plan.ts";
import { renderRotationPlan } from "../render/rotation.ts";
import { scopeOf } from "../scope-option.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [
    { flags: "--rotate <name>", description: "what a rotation of this secret would do, step by step" },
    {
      flags: "--compromised",
      description: "of --rotate: as somebody else may know it; of an open one, as an emergency",
    },
    { flags: "--value", description: "of --rotate: as a person gives the new value; it is not asked for here" },
    { flags: "--service <name>", description: "of --rotate: the value of this service alone" },
    { flags: "--host <name>", description: "of --rotate: the value of this host alone" },
  ],
  description: "Exits with 2 when there is something to do.",
  run: async (call) => {
    const { arguments: part, terminal, json } = call;
    const rotated = call.options.text("rotate");
    refuseMixed(call, rotated);
    const home = await call.home();
    if (rotated !== undefined) {
      const question = { name: rotated, scope: scopeOf(call), compromised: call.options.flag("compromised") };
      const plan = await home.planRotation(question, { given: call.options.flag("value") });
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

/** A word that would be ignored was meant to say something. */
function refuseMixed({ arguments: part, options }: Call, rotated: string | undefined): void {
  if (rotated !== undefined && part.length > 0) {
    throw new AppError("USAGE", "--rotate is about everything that holds the secret, and takes no part", {
      hint: "--service and --host name the value of one of them alone",
    });
  }
  const scope = scopeOf({ options });
  const isAbout = options.flag("compromised") || options.flag("value") || Object.keys(scope).length > 0;
  if (rotated === undefined && isAbout) {
    throw new AppError("USAGE", "--compromised, --value, --service and --host belong to --rotate NAME", {
      hint: "a part is named without an option: `keyturn plan SERVICE`",
    });
  }
}
