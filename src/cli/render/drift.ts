import type { DriftFinding, DriftResult } from "#operation";
import type { Colors } from "../terminal.ts";

/** Target by target what differs, and under it the commands that mend it; at the end who has to. */
export function renderDrift({ drift, clean, environment }: DriftResult, color: Colors): string {
  if (drift.length === 0)
    return `${color.green("no drift")}: ${clean.length} targets of ${environment} as the store says\n`;
  const targets = [...Map.groupBy(drift, ({ target }) => target)].map(([target, findings]) => {
    const lines = findings.map(({ message }) => `  ${color.yellow("!")} ${message}\n`);
    const mends = [...new Set(findings.map(({ mend }) => mend))].map((mend) => `  ${color.dim(`→ ${mend}`)}\n`);
    return `${color.bold(target)}\n${lines.join("")}${mends.join("")}`;
  });
  return `${targets.join("")}${summary(drift, clean, environment)}`;
}

function summary(drift: readonly DriftFinding[], clean: readonly string[], environment: string): string {
  const fixable = drift.filter((finding) => finding.fixable).length;
  const rest = drift.length - fixable;
  const parts = [
    ...(fixable === 0 ? [] : [`\`keyturn drift --fix\` can mend ${fixable}`]),
    ...(rest === 0 ? [] : [`${rest} ${rest === 1 ? "needs" : "need"} a person`]),
  ];
  const found = `${drift.length} finding${drift.length === 1 ? "" : "s"}`;
  return `${found} in ${environment}, ${clean.length} targets as the store says: ${parts.join(", ")}\n`;
}
