import { isoTime } from "#kernel";
import type { RolloutEvent } from "#rollout";
import type { Output } from "../terminal.ts";

/** Plain lines, one per thing that happened, with the seconds since the beginning: the same in a CI log. */
export function progressLines(output: Output, now: () => number): (event: RolloutEvent) => void {
  const start = now();
  return (event) => {
    const text = lineOf(event, output);
    if (text === undefined) return;
    const seconds = ((now() - start) / 1000).toFixed(1).padStart(6);
    output.write(`${output.color.dim(`${seconds}s`)}  ${text}\n`);
  };
}

function lineOf(event: RolloutEvent, { color }: Output): string | undefined {
  switch (event.kind) {
    case "prepare":
      return `${event.target}  ${color.dim(`prepare: ${event.command}`)}`;
    case "abandoned":
      return color.yellow(
        `${event.actor}'s rollout of ${isoTime(event.startedAt)} was cut short, and counts as failed`,
      );
    case "taken-over":
      return color.yellow(
        `${event.holder}'s \`${event.doing}\` of ${isoTime(event.since)} is gone: its lease is taken over`,
      );
    case "output":
      return color.dim(`${event.target}  | ${event.line}`);
    case "wave":
      return color.bold(`wave ${event.number} of ${event.of}: ${event.hosts.join(", ")}`);
    case "step":
      return `${event.target}  ${stepText(event, color)}`;
    case "gate":
      return event.state === "passed" ? undefined : `${event.target}  ${color.red("gate failed")}: ${event.detail}`;
    case "soak":
      return color.dim(`looking on for ${event.ms / 1000} s`);
    case "return":
      return color.yellow(`going back on ${event.hosts.join(", ")}: ${event.reason}`);
  }
}

function stepText({ step, state, detail }: RolloutEvent & { kind: "step" }, color: Output["color"]): string {
  switch (state) {
    case "done":
      return `${color.green("✓")} ${step}${detail === "done" ? "" : color.dim(` (${detail})`)}`;
    case "unchanged":
      return `${color.dim("=")} ${step}`;
    case "failed":
      return `${color.red("✗")} ${step}: ${detail}`;
  }
}
