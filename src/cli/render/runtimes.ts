import type { CreatedRuntime, ListedRuntime } from "#operation";
import type { Colors } from "../terminal.ts";
import { ageText } from "./scope.ts";
import { renderTable } from "./table.ts";

export function renderRuntimes(runtimes: readonly ListedRuntime[], now: number, color: Colors): string {
  if (runtimes.length === 0) return "no user has a runtime yet: `keyturn runtimes create USER` makes one\n";
  const head = ["RUNTIME", "HOST", "STATE", "RELEASE", "CREATED"];
  const rows = runtimes.map(({ service, user, host, state, release = "–", createdAt }) => [
    `${service}/${user}`,
    host,
    state === "active" ? color.green(state) : color.yellow(state),
    release,
    ageText(createdAt, now),
  ]);
  return renderTable([head.map((title) => color.dim(title)), ...rows]);
}

export function renderCreated({ kind, target }: CreatedRuntime, color: Colors): string {
  return `${color.green(kind === "created" ? "created" : "there already")}: ${target} is healthy\n`;
}
