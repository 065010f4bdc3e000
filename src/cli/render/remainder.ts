import { isoTime } from "#kernel";
import type { Remainder } from "#operation";
import type { Colors } from "../terminal.ts";

/** How far an interrupted rollout had come. */
export function renderRemainder(remainder: Remainder, color: Colors): string {
  const { release, actor, startedAt, finished, begun, waiting } = remainder;
  const head = `${color.bold(`r${release}`)}, begun by ${actor} at ${isoTime(startedAt)}, was interrupted\n`;
  const rows = [
    ["finished", finished],
    ["begun", begun],
    ["not begun", waiting],
  ] as const;
  const told = rows.filter(([, targets]) => targets.length > 0);
  return head + told.map(([name, targets]) => `  ${name.padEnd(10)} ${targets.join(", ")}\n`).join("");
}
