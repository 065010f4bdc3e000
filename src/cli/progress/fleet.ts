import type { Colors } from "../terminal.ts";
import type { DrawnLine } from "../live-area.ts";
import { clockText } from "./clock-text.ts";
import { oneLine } from "./one-line.ts";
import { fit, pad } from "./fit.ts";

/** One host's line. */
export interface FleetRow {
  readonly host: string;
  readonly state: "waiting" | "working" | "done" | "stopped" | "failed" | "returning";
  readonly done: number;
  readonly of: number;
  readonly service: string;
  readonly text: string;
  /** milliseconds that it has been at this; told from one second on */
  readonly ms?: number;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly color: Colors;
}

/**
 * A head line and one line per host, never more than fit: where they don't, only hosts at work and failed ones are
 * shown, and the last line counts the others. A row and a column stay free, so that nothing scrolls or wraps.
 */
export function fleetLines(head: string, rows: readonly FleetRow[], screen: Screen): readonly DrawnLine[] {
  const room = Math.max(1, screen.rows - 1);
  const shown = rows.length < room ? rows : atWork(rows).slice(0, Math.max(0, room - 2));
  const rest = restText(rows.filter((row) => !shown.includes(row)));
  const widths = {
    host: Math.max(0, ...shown.map(({ host }) => host.length)),
    service: Math.max(0, ...shown.map(({ service }) => service.length)),
  };
  const lines = [head, ...shown.map((row) => rowText(row, widths, screen.color)), ...(rest === "" ? [] : [rest])];
  return lines.slice(0, room).map((line) => fit(line, screen.columns - 1));
}

/** Failed ones first: they are what someone looks for. */
function atWork(rows: readonly FleetRow[]): readonly FleetRow[] {
  const busy = rows.filter(({ state }) => state === "working" || state === "returning");
  return [...rows.filter(({ state }) => state === "failed"), ...busy];
}

function rowText(
  { host, state, done, of, service, text, ms = 0 }: FleetRow,
  widths: { readonly host: number; readonly service: number },
  color: Colors,
): string {
  const count = (of === 0 ? "" : `${done}/${of}`).padStart(5);
  const time = ms < 1000 ? "" : color.dim(`  ${clockText(ms)}`);
  const name = pad(host, widths.host);
  const what = `${widths.service === 0 ? "" : `${pad(service, widths.service)}  `}${oneLine(text)}`.trimEnd();
  switch (state) {
    case "waiting":
      return color.dim(`  ${name} ${count}  ${what}`);
    case "working":
      return `${color.cyan("›")} ${name} ${count}  ${what}${time}`;
    case "done":
      return `${color.green("✓")} ${name} ${count}  ${what}`.trimEnd();
    case "stopped":
      return `${color.yellow("■")} ${name} ${count}  ${what}`;
    case "failed":
      return `${color.red("✗")} ${name} ${count}  ${what}`;
    case "returning":
      return `${color.yellow("↺")} ${name} ${count}  ${what}${time}`;
  }
}

const names = {
  failed: "failed",
  working: "at work",
  returning: "going back",
  stopped: "stopped",
  waiting: "waiting",
  done: "done",
};

/** `… 14 waiting, 30 done` */
function restText(rows: readonly FleetRow[]): string {
  const counts = Object.entries(names).flatMap(([state, name]) => {
    const count = rows.filter((row) => row.state === state).length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return counts.length === 0 ? "" : `… ${counts.join(", ")}`;
}
