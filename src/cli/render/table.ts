import { stripVTControlCharacters } from "node:util";

/** Columns as wide as their widest cell, two spaces apart; the last one is not padded. Cells may hold colours. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, width(cell))));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => pad(cell, index === row.length - 1 ? 0 : (widths[index] ?? 0)))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function pad(cell: string, size: number): string {
  return cell + " ".repeat(Math.max(0, size - width(cell)));
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
