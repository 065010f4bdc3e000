import type { Benchmark } from "./benchmark.ts";
import type { Machine } from "./machine.ts";
import { renderMarkdown, type Section } from "./table.ts";

export interface PageInput {
  readonly date: Date;
  readonly machine: Machine;
  readonly benchmarks: readonly Benchmark[];
  readonly sections: readonly Section[];
}

/** docs/performance.md, as a whole: nothing in it is written by hand. */
export function renderPage({ date, machine, benchmarks, sections }: PageInput): string {
  const { processors, memory, system, node, commit } = machine;
  const measured = benchmarks.filter(({ title }) => sections.some((section) => section.title === title));
  const missing = benchmarks.filter((benchmark) => !measured.includes(benchmark)).map(({ title }) => title);
  const abouts = measured.map(({ title, about }) => `## ${title}\n\n${about.trim()}\n`);
  return `# Performance

Written by \`npm run bench\` on ${date.toISOString().slice(0, 10)}, commit ${commit}. Machine: ${processors}, ${memory}, ${system}, Node ${node}.

Contenders run in turn, round after round, in one run; the first round does not count. A ratio is the median of the ratios
within the rounds: on another machine the times differ, the ratios should not.

${renderMarkdown(sections)}${missing.length === 0 ? "" : `\nNot measured in this run, which was ended before: ${missing.join(", ")}.\n`}
${abouts.join("\n")}`;
}
