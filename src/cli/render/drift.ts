import type { DriftResult } from "#operation";
import type { Colors } from "../terminal.ts";

/** Target by target what differs, and under it the command that mends it. */
export function renderDrift({ drift, clean, environment }: DriftResult, color: Colors): string {
  if (drift.length === 0)
    return `${color.green("no drift")}: ${clean.length} targets of ${environment} as the store says\n`;
  return [...Map.groupBy(drift, ({ target }) => target)]
    .map(([target, findings]) => {
      const lines = findings.map(({ message }) => `  ${color.yellow("!")} ${message}\n`);
      const mends = [...new Set(findings.map(({ mend }) => mend))].map((mend) => `  ${color.dim(`→ ${mend}`)}\n`);
      return `${color.bold(target)}\n${lines.join("")}${mends.join("")}`;
    })
    .join("");
}
