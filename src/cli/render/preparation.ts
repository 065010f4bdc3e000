import type { BootstrapPlan } from "#host";
import type { PreparedHost, PrepareHostsResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

/** Every step on every host, before anything is done. */
export function renderPreparation(plans: readonly BootstrapPlan[], color: Colors): string {
  return plans
    .map(({ host, steps }) => {
      const rows = steps.map(({ title, detail }) => [`  ${title}`, color.dim(detail)]);
      return `${color.bold(host)}\n${renderTable(rows)}\n`;
    })
    .join("");
}

export function renderPrepared(result: PrepareHostsResult, color: Colors): string {
  if (result.kind === "cancelled") return "nothing was changed\n";
  const nothing = result.nothingNeeded.map((host) => `${host} needs nothing: its services are plain local processes\n`);
  const next = result.hosts.some(({ failure }) => failure === undefined)
    ? "next: keyturn adopt HOST, or keyturn plan\n"
    : "";
  return [...nothing, ...result.hosts.map((host) => preparedText(host, color)), next].join("");
}

function preparedText({ host, steps, takenOver, failure }: PreparedHost, color: Colors): string {
  if (failure !== undefined) return `${color.red("failed")}: ${failure.message}\n  ${color.dim(`→ ${failure.hint}`)}\n`;
  const taken = takenOver.map(({ target, owner }) => `  ${target} was ${owner}'s, and is this store's to change\n`);
  const changed = steps.filter(({ state }) => state === "changed").length;
  const what = changed === 0 ? "nothing to do" : `${changed} of ${steps.length} steps changed something`;
  return `${host} ${color.green("prepared")}: ${what}\n${taken.join("")}`;
}
