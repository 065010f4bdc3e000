import type { ApplyRequest } from "#operation";
import type { Call } from "./command.ts";
import { confirm } from "./prompt.ts";
import { renderFindings } from "./render/finding.ts";
import { renderImported } from "./render/imported.ts";
import { renderPlan } from "./render/plan.ts";

/** Shows what would change and asks, before anything does. */
export function confirmPlan(call: Call, question: string): ApplyRequest["confirm"] {
  const { json, terminal } = call;
  const again = tellChange(call);
  return async (plan, imported) => {
    again();
    if (!json) {
      if (imported !== undefined) terminal.err.write(renderImported(imported, terminal.err.color));
      terminal.err.write(renderFindings(plan.findings, terminal.err.color));
      terminal.err.write(renderPlan(plan, terminal.err.color));
    }
    return confirm(call, question);
  };
}

/** Says from the second time on why something is shown anew. */
export function tellChange({ json, terminal: { err } }: Pick<Call, "json" | "terminal">): () => void {
  let isFirst = true;
  return () => {
    if (!isFirst && !json) err.write(err.color.yellow("it has changed since it was shown; by now it is this:\n"));
    isFirst = false;
  };
}
