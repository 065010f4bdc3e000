import type { ApplyRequest } from "#operation";
import type { Call } from "./command.ts";
import { confirm } from "./prompt.ts";
import { renderFindings } from "./render/finding.ts";
import { renderImported } from "./render/imported.ts";
import { renderPlan } from "./render/plan.ts";

/** Shows what would change and asks, before anything does. */
export function confirmPlan(call: Call, question: string): ApplyRequest["confirm"] {
  const { json, terminal } = call;
  return async (plan, imported) => {
    if (!json) {
      if (imported !== undefined) terminal.err.write(renderImported(imported, terminal.err.color));
      terminal.err.write(renderFindings(plan.findings, terminal.err.color));
      terminal.err.write(renderPlan(plan, terminal.err.color));
    }
    return confirm(call, question);
  };
}
