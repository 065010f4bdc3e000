import type { ProbedCredential, probeHistory } from "#operation";
import { isoTime } from "#kernel";
import type { Colors } from "../terminal.ts";
import { ageText } from "./scope.ts";
import { renderTable } from "./table.ts";

/** One line for each credential, and below them what to do and until when. */
export function renderProbes(credentials: readonly ProbedCredential[], now: number, color: Colors): string {
  if (credentials.length === 0) return "the store holds no credential of a known provider\n";
  const head = ["PROVIDER", "VARIABLE", "VERSION", "STATE", "SINCE", "TOOK", "MEANING"];
  const rows = credentials.map((one) => [
    one.provider,
    one.name,
    `v${one.version}`,
    stateText(one.state, color),
    one.since === undefined ? "–" : ageText(one.since, now),
    `${one.milliseconds} ms`,
    one.meaning,
  ]);
  const table = renderTable([head.map((title) => color.dim(title)), ...rows]);
  return [table, ...credentials.flatMap((one) => notes(one, color))].join("");
}

type Periods = Awaited<ReturnType<typeof probeHistory>>;

export function renderPeriods(periods: Periods, now: number, color: Colors): string {
  if (periods.length === 0) return "nothing was probed yet\n";
  const head = ["PROVIDER", "VARIABLE", "VERSION", "STATE", "SINCE", "LAST", "PROBES", "BY", "MEANING"];
  const rows = periods.map(({ provider, name, version, state, since, last, times, actor, meaning }) => [
    provider,
    name,
    `v${version}`,
    stateText(state, color),
    isoTime(since),
    ageText(last, now),
    String(times),
    actor,
    meaning,
  ]);
  return renderTable([head.map((title) => color.dim(title)), ...rows]);
}

function stateText(state: string, color: Colors): string {
  if (state === "ok") return color.green(state);
  return state === "invalid" || state === "exhausted" || state === "blocked" ? color.red(state) : color.yellow(state);
}

function notes({ name, advice, deadlines }: ProbedCredential, color: Colors): readonly string[] {
  return [
    ...(advice === "" ? [] : [advice]),
    ...deadlines.map(({ deadline, message }) => `${message} (${deadline})`),
  ].map((text) => `${color.yellow("!")} ${name}: ${text}\n`);
}
