import type { AdoptedTarget, AdoptedVariable, Adoption, AdoptResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderFindings } from "./finding.ts";
import { renderPlan } from "./plan.ts";
import { scopeText } from "./scope.ts";
import { renderTable } from "./table.ts";

/** By name, never a value: what lies there, what runs, and what would be kept. */
export function renderAdoption({ targets, values, grants, skipped, findings }: Adoption, color: Colors): string {
  const kept = values.map(({ name, scope, origin }) => [`  ${name}`, scopeText(scope), color.dim(origin)]);
  const given = grants.map(({ service, name, kind }) => `  ${service} ${name}${kind === "hold" ? "" : ` (${kind})`}\n`);
  return [
    ...targets.map((target) => renderTarget(target, color)),
    kept.length === 0 ? "nothing new to store\n" : `to be stored:\n${renderTable(kept)}`,
    ...(given.length === 0 ? [] : ["to be granted, because it is there today:\n", ...given]),
    ...skipped.map((one) => `${color.yellow("!")} ${one.target}: ${skipText(one)}\n`),
    // errors follow with the refusal
    renderFindings(
      findings.filter(({ severity }) => severity !== "error"),
      color,
    ),
  ].join("");
}

export function renderAdopted(result: AdoptResult, color: Colors): string {
  switch (result.kind) {
    case "nothing":
      return `${result.adoption.skipped.map((one) => `${one.target}: ${skipText(one)}\n`).join("")}nothing to take over\n`;
    case "cancelled":
      return "nothing was changed\n";
    case "adopted": {
      const { release, adoption, plan } = result;
      const count = adoption.targets.length;
      return `${color.green("adopted")}: ${count} target${count === 1 ? "" : "s"} as r${release}\n${renderPlan(plan, color)}`;
    }
  }
}

function renderTarget({ target, variables }: AdoptedTarget, color: Colors): string {
  const head = ["  NAME", "PROCESS", "HERE"].map((title) => color.dim(title));
  const rows = variables.map((variable) => [
    `  ${variable.name}${variable.sensitive ? "" : color.dim(" (setting)")}`,
    processText(variable, color),
    fateText(variable, color),
  ]);
  return `${color.bold(target)}\n${renderTable([head, ...rows])}\n`;
}

function processText({ process }: AdoptedVariable, color: Colors): string {
  if (process === "same") return "same";
  return process === "unknown" ? color.dim("not running") : color.red(process);
}

function fateText({ fate }: AdoptedVariable, color: Colors): string {
  switch (fate) {
    case "new":
      return color.green("to be stored");
    case "differs":
      return color.yellow("stored is another value, to be kept for here");
    case "stored":
      return "stored already, the same";
    case "text":
      return color.dim("as manifest or contract say");
    case "empty":
      return color.dim("empty");
    case "foreign":
      return color.yellow("not in the contract");
  }
}

function skipText({ target, reason, owner }: Adoption["skipped"][number]): string {
  switch (reason) {
    case "empty":
      return "no file there yet, the first apply makes it";
    case "bundle":
      return "a bundle can't be read back, the next apply builds and publishes it";
    case "ours":
      return "belongs to this store already";
    case "owned":
      return `belongs to ${owner ?? "someone"} already; if that store is gone for good, keyturn hosts prepare ${target.split("@")[1] ?? "HOST"} --take-over frees it`;
  }
}
