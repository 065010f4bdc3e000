import { fixDrift, type DriftResult, type FixResult } from "#operation";
import type { Call, Command } from "../command.ts";
import { confirmPlan } from "../confirm-plan.ts";
import { endAtInterrupt } from "../end-at-interrupt.ts";
import { applyExit } from "../exit.ts";
import { watched } from "../progress/watch.ts";
import { renderDrift } from "../render/drift.ts";
import { renderFindings } from "../render/finding.ts";
import { renderJson } from "../render/json.ts";
import { renderOutcome } from "../render/outcome.ts";
import type { Output } from "../terminal.ts";

export const command: Command = {
  arguments: [{ form: "[part...]", description: "services, hosts or service@host; everything when none is named" }],
  options: [
    { flags: "--fix", description: "plan the mend, ask, and roll it out as an apply does" },
    { flags: "--override-freeze <reason>", description: "mend in a freeze window all the same; the reason is kept" },
  ],
  description: "Store, file on the host, unit and running process, compared. Exits with 2 when they differ.",
  stopsItself: true,
  run: (call) => (call.options.flag("fix") ? fix(call) : look(call)),
};

async function look(call: Call): Promise<number> {
  const { arguments: part, terminal, json } = call;
  endAtInterrupt(call);
  const home = await call.home();
  const result = await watched(call, (onLook) => home.findDrift(part, onLook));
  if (json) terminal.out.write(renderJson(result));
  else {
    terminal.err.write(renderFindings(result.findings, terminal.err.color));
    terminal.out.write(renderDrift(result, terminal.out.color));
  }
  return exitOf(result);
}

async function fix(call: Call): Promise<number> {
  const { terminal, options, json } = call;
  const overrideFreeze = options.text("overrideFreeze");
  const home = await call.home();
  const result = await watched(call, (onEvent) =>
    fixDrift(home, {
      part: call.arguments,
      signal: call.signal,
      onEvent,
      onDrift: (drift) => {
        if (json || drift.drift.length === 0) return;
        terminal.err.write(renderFindings(drift.findings, terminal.err.color) + renderDrift(drift, terminal.err.color));
      },
      confirm: confirmPlan(call, "mend this?"),
      ...(overrideFreeze === undefined ? {} : { overrideFreeze }),
    }),
  );
  terminal.out.write(json ? renderJson(result) : fixText(result, terminal.out));
  return exitOfFix(result);
}

/** Drift that was found and nothing was done about was told already. */
function fixText({ found, applied, remaining }: FixResult, output: Output): string {
  if (applied === undefined)
    return found.drift.length === 0 ? renderDrift(found, output.color) : "nothing was changed\n";
  const outcome = renderOutcome(applied, output.color);
  return applied.kind === "rolled-out" ? `${outcome}${renderDrift(remaining, output.color)}` : outcome;
}

function exitOfFix({ applied, remaining }: FixResult): number {
  const code = applied === undefined ? 0 : applyExit(applied);
  return code === 0 ? exitOf(remaining) : code;
}

function exitOf({ drift }: DriftResult): number {
  return drift.length === 0 ? 0 : 2;
}
