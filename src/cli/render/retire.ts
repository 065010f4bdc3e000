import type { Retirement, RetireResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { scopeText } from "./scope.ts";

/** What would end, and what goes with it. */
export function renderRetirement({ name, state, versions, kept, away }: Retirement, color: Colors): string {
  const ended = versions.map(({ number, scope, fingerprint }) => {
    return `  ${color.red("-")} v${number} ${color.dim(fingerprint)}  ${scopeText(scope)}\n`;
  });
  const destroyed =
    kept.length === 0 ? "" : `destroyed there, if it is kept: the release before of ${kept.join(", ")}\n`;
  const later = away.length === 0 ? "" : `can't be looked at now, cleaned by the next apply: ${away.join(", ")}\n`;
  return `${name}: these become ${state}, for good\n${ended.join("")}${destroyed}${later}`;
}

export function renderRetired(result: RetireResult, color: Colors): string {
  switch (result.kind) {
    case "nothing":
      return `nothing to do: no version of ${result.name} is left to end there\n`;
    case "cancelled":
      return "nothing was changed\n";
    case "retired": {
      const { name, state, versions, away } = result.retirement;
      const numbers = versions.map(({ number }) => `v${number}`).join(", ");
      const lines = result.targets.flatMap(({ target, kind, detail }) => {
        if (kind === "nothing-kept") return [];
        if (kind === "destroyed") return [`  ${color.green("✓")} ${target}  the release before is destroyed\n`];
        return [`  ${color.yellow("!")} ${target}  ${detail}: \`keyturn apply ${target}\` cleans it up\n`];
      });
      const later = away.map(
        (target) => `  ${color.yellow("!")} ${target}  is away: the next apply there cleans it up\n`,
      );
      const head = `${color.green("done")}: ${name} ${numbers} ${versions.length === 1 ? "is" : "are"} ${state}\n`;
      return `${head}${lines.join("")}${later.join("")}next: print the runbook anew, \`keyturn docs\`\n`;
    }
  }
}
