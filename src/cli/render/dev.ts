import type { DevResult, DevStage } from "#operation";
import type { Colors } from "../terminal.ts";
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

/** The table, where to look, and what to try next; or the one answer of what went wrong. */
export function renderDevResult(result: DevResult, json: boolean, color: Colors): string {
  if (json) return `${JSON.stringify(result, null, 2)}\n`;
  const { applied, status, addresses } = result;
  if (applied.kind === "rolled-out" && applied.outcome.kind !== "done") return renderOutcome(applied, color);
  const open = addresses.map(({ service, url }) => `  ${service.padEnd(10)} ${color.cyan(url)}\n`).join("");
  return `\n${renderStatus(status, color)}\nopen\n${open}\n${next(color)}`;
}

function next(color: Colors): string {
  const command = (text: string): string => color.bold(`npm run -s keyturn -- ${text}`);
  return [
    "try, in another terminal of this folder",
    `  ${command("status")}`,
    `  ${command("generate JWT_SECRET --new-version")}   then ${command("plan")} and ${command("apply")}`,
    `  ${command("explain DEEPGRAM_API_KEY")}`,
    color.dim("Ctrl-C stops everything"),
    "",
  ].join("\n");
}
