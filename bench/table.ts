import type { Row } from "./benchmark.ts";

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

const heading = ["", "min", "median", "asked", "got", ""] as const;

/** For a terminal: one table, a heading line per section. */
export function renderText(sections: readonly Section[]): string {
  const bodies = sections.map(({ rows }) => rows.map(cellsOf));
  const all = [heading, ...bodies.flat()];
  const widths = heading.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => pad(cell, widths[at] ?? 0, at))
      .join("  ")
      .trimEnd();
  const blocks = sections.map(({ title }, index) => [``, title, ...(bodies[index] ?? []).map(line)].join("\n"));
  return `${[line(heading), ...blocks].join("\n")}\n`;
}

/** For docs/performance.md: the same table. */
export function renderMarkdown(sections: readonly Section[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rows = sections.flatMap(({ title, rows }) => [[`**${title}**`, "", "", "", "", ""], ...rows.map(cellsOf)]);
  return `${[line(heading), "|---|--:|--:|---|--:|---|", ...rows.map(line)].join("\n")}\n`;
}

function cellsOf({ what, timing, figure, claim }: Row): readonly string[] {
  const times = timing === undefined ? ["", figure ?? ""] : [timing.min, timing.median].map(duration);
  const ratio = claim === undefined ? ["", "", ""] : [claim.asked, claim.got, claim.met ? "met" : "missed"];
  return [what, ...times, ...ratio];
}

function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** Figures to the right, words to the left. */
function pad(cell: string, width: number, column: number): string {
  return [1, 2, 4].includes(column) ? cell.padStart(width) : cell.padEnd(width);
}
