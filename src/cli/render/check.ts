import type { Finding } from "#kernel";
import type { CheckResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderFindings } from "./finding.ts";

/** Every finding, then one line that sums up. */
export function renderCheck(result: CheckResult, color: Colors): string {
  const { findings, platform = "the platform" } = result;
  const counts = (["error", "warning", "notice"] as const)
    .map((severity) => count(findings.filter((one) => one.severity === severity).length, severity))
    .join(", ");
  const bad = findings.some(({ severity }: Finding) => severity === "error");
  const verdict = bad ? color.red(counts) : color.green(counts);
  return `${renderFindings(findings, color)}${color.bold(platform)}: ${scale(result)}: ${verdict}\n`;
}

function scale({ services, variables, environments }: CheckResult): string {
  const names = environments.map(({ name }) => name).join(", ");
  return [
    count(services, "service"),
    count(variables, "variable"),
    ...(names === "" ? [] : [`${environments.length === 1 ? "environment" : "environments"} ${names}`]),
  ].join(", ");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
