import { isoTime } from "#kernel";
import type { ProgressEvent } from "#operation";
import type { Colors } from "../terminal.ts";
import { phaseText } from "../render/rotation.ts";
import { oneLine } from "./one-line.ts";

/** One thing that happened, as a log keeps it; nothing for what a log does without. */
export function logLine(event: ProgressEvent, color: Colors): string | undefined {
  switch (event.kind) {
    case "build":
      return `${event.target}  ${color.dim(`build: ${oneLine(event.command)}`)}`;
    case "prepare":
      return `${event.target}  ${color.dim(`prepare: ${oneLine(event.command)}`)}`;
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
      return event.state === "started" ? undefined : `${event.target}  ${stepText(event, color)}`;
    case "gate":
      return event.state === "passed" ? undefined : `${event.target}  ${color.red("gate failed")}: ${event.detail}`;
    case "soak":
      return color.dim(`looking on for ${event.ms / 1000} s`);
    case "return":
      return color.yellow(`going back on ${event.hosts.join(", ")}: ${event.reason}`);
    case "stopping":
      return color.yellow(`stopping${stopText(event.hosts)} (Ctrl-C again: at once)`);
    case "connection-lost":
      return color.yellow(`the connection to ${event.server} is lost: trying again, the work goes on there`);
    case "preparation-step":
      return `${event.host}  ${event.state === "changed" ? color.green("✓") : color.dim("=")} ${event.step}`;
    case "rotation-step":
      return color.bold(`step ${event.number} of ${event.of}: ${phaseText(event.phase, event.services)}`);
    case "rotation-back":
      return color.yellow(`back before step ${event.number} of ${event.of}: ${event.reason}`);
    case "proof":
      return `${event.target}${event.instance === "" ? "" : ` ${event.instance}`}  ${event.state === "passed" ? color.green("✓") : color.red("✗")} ${event.detail}`;
    case "quiet":
      return color.dim(quietText(event));
    case "rotation-ended":
      return color.bold(`v${event.version} is ${event.state}`);
    case "issuer":
      return issuerText(event, color);
    case "begin":
    case "host":
    case "end":
    case "look":
    case "looked":
    case "preparation":
    case "preparation-end":
      return undefined;
  }
}

/** Stays above what is drawn on a live terminal: output, what went wrong, and what a machine remarks. */
export function belongsInLog(event: ProgressEvent): boolean {
  return kept.has(event.kind) || ("state" in event && event.state === "failed") || hasRemark(event);
}

function hasRemark(event: ProgressEvent): boolean {
  return event.kind === "step" && event.state === "done" && event.detail !== "done";
}

const kept: ReadonlySet<ProgressEvent["kind"]> = new Set([
  "abandoned",
  "taken-over",
  "output",
  "return",
  "stopping",
  "connection-lost",
  "rotation-step",
  "rotation-back",
  "rotation-ended",
  "issuer",
  "proof",
  "quiet",
]);

function quietText({ ms, seen }: ProgressEvent & { kind: "quiet" }): string {
  if (seen.length > 0) return `the old value is still presented: ${seen.join(", ")}`;
  return `waiting until the old value was not presented for ${Math.round(ms / 1000)} s`;
}

function issuerText({ where, state, detail }: ProgressEvent & { kind: "issuer" }, color: Colors): string {
  const texts = {
    made: `${color.green("✓")} ${detail}`,
    proved: `${color.green("✓")} ${detail}`,
    revoked: `${color.green("✓")} revoked: ${detail}`,
    waiting: `${color.red("✗")} not revoked yet: ${detail}`,
    notice: color.yellow(detail),
  };
  return `${where}  ${texts[state]}`.trimStart();
}

function stopText(hosts: readonly string[]): string {
  return hosts.length === 0 ? "" : ` after the current step on ${hosts.join(", ")}`;
}

function stepText({ step, state, detail }: ProgressEvent & { kind: "step" }, color: Colors): string {
  switch (state) {
    case "started":
      return step;
    case "done":
      return `${color.green("✓")} ${step}${detail === "done" ? "" : color.dim(` (${detail})`)}`;
    case "unchanged":
      return `${color.dim("=")} ${step}`;
    case "failed":
      return `${color.red("✗")} ${step}: ${detail}`;
  }
}
