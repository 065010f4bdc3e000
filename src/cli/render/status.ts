import { describe, type StatusResult, type StatusRow } from "#operation";
import { isoTime } from "#kernel";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

/** service × instance × release × health, and below it what is not as it should be. */
export function renderStatus(result: StatusResult, color: Colors): string {
  const head = ["SERVICE", "HOST", "INSTANCE", "STATE", "RELEASE", "HEALTH"].map((title) => color.dim(title));
  const table = renderTable([head, ...result.rows.map((row) => cells(row, color))]);
  return `${table}${notes(result, color)}`;
}

function cells(row: StatusRow, color: Colors): readonly string[] {
  const state = row.state === "active" || row.state === "published" ? row.state : color.red(row.state);
  const instance = row.instance === "" ? "–" : row.instance;
  return [row.service, row.host, instance, state, row.release, healthText(row, color)];
}

function healthText({ health }: StatusRow, color: Colors): string {
  switch (health.kind) {
    case "healthy":
      return color.green("healthy");
    case "unhealthy":
      return color.red(`unhealthy: ${health.detail}`);
    case "unchecked":
      return "–";
  }
}

function notes({ rows, open }: StatusResult, color: Colors): string {
  const lines = rows.flatMap(({ service, host, differences }) =>
    differences.map((difference) => `${color.yellow("!")} ${service}@${host}: ${describe(difference)}\n`),
  );
  const rollout =
    open === undefined
      ? []
      : [
          `${color.yellow("!")} a rollout by ${open.actor} is open since ${isoTime(open.startedAt)}: if nobody works on it, \`keyturn apply --resume\` goes on, \`--return\` goes back\n`,
        ];
  return [...new Set([...lines, ...rollout])].join("");
}
