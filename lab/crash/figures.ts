import { cpus } from "node:os";
import type { KindResult } from "./campaign.ts";
import type { Round } from "./kind.ts";

const begin = "<!-- figures -->";
const end = "<!-- /figures -->";

export interface Occasion {
  readonly date: Date;
  readonly seed: number;
}

/** The page with these figures in the place of its former ones. */
export function withFigures(page: string, results: readonly KindResult[], occasion: Occasion): string {
  const [before, rest] = [page.indexOf(begin), page.indexOf(end)];
  if (before === -1 || rest === -1) throw new Error("docs/reliability.md has no place for the figures");
  return `${page.slice(0, before)}${begin}\n${figures(results, occasion)}${page.slice(rest)}`;
}

function figures(results: readonly KindResult[], { date, seed }: Occasion): string {
  const all = results.flatMap(({ rounds }) => rounds);
  const failed = all.filter(({ faults }) => faults.length > 0).length;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return `${date.toISOString().slice(0, 10)}, ${machine()}, seed ${seed}: ${all.length} rounds in ${seconds.toFixed(0)} s, ${failed} failed.

| kind | what is hit | rounds | failed | left between crash and next run | what the next run did | seconds |
|---|---|---|---|---|---|---|
${results.map(row).join("\n")}
`;
}

function row({ kind, rounds, seconds }: KindResult): string {
  const failed = rounds.filter(({ faults }) => faults.length > 0).length;
  const left = counted(rounds, ({ left }) => left);
  const next = counted(rounds, ({ next }) => next);
  return `| \`${kind.name}\` | ${kind.what} | ${rounds.length} | ${failed} | ${left} | ${next} | ${seconds.toFixed(0)} |`;
}

function counted(rounds: readonly Round[], of: (round: Round) => string): string {
  const groups = [...Map.groupBy(rounds, of)].toSorted(([, a], [, b]) => b.length - a.length);
  return groups.map(([name, members]) => `${name} ${members.length}`).join(", ");
}

function machine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? "processor"}`;
}
