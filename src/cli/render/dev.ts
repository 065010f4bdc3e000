import type { DevResult, DevStage } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderJson } from "./json.ts";
import { renderOutcome } from "./outcome.ts";
import { renderStatus } from "./status.ts";

export function renderDevStage(stage: DevStage, color: Colors): string {
  switch (stage.kind) {
    case "granted":
      return `${color.dim("grants    ")} ${stage.count} names to the services whose contracts ask for them\n`;
    case "generated":
      return `${color.dim("generated ")} ${stage.names.join(", ")}\n`;
    case "imported":
      return `${color.dim("sample    ")} ${stage.imported.values.length} sample values for vendors' keys: no vendor knows them\n`;
  }
}

export interface DevView {
  readonly json: boolean;
  readonly color: Colors;
  /** where this is a tour with sample values: the folder to try commands from, and what to try */
  readonly tour?: { readonly folder: string; readonly commands: readonly string[] };
}

/** The table, where to look, and what to try next; or the one answer of what went wrong. */
export function renderDevResult(result: DevResult, { json, color, tour }: DevView): string {
  if (json) return renderJson(result);
  const { applied, status, addresses } = result;
  if (applied.kind === "rolled-out" && applied.outcome.kind !== "done") return renderOutcome(applied, color);
  const open = addresses.map(({ service, url }) => `  ${service.padEnd(10)} ${color.cyan(url)}\n`).join("");
  const next = tour === undefined ? "" : tourText(tour, color);
  return `\n${renderStatus(status, color)}\nopen\n${open}${next}\n${color.dim("Ctrl-C stops everything")}\n`;
}

function tourText({ folder, commands }: NonNullable<DevView["tour"]>, color: Colors): string {
  const move = folder === "" ? [] : [`cd ${folder}`];
  return `\ntry, in another terminal\n${[...move, ...commands].map((text) => `  ${color.bold(text)}\n`).join("")}`;
}
