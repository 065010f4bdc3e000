import type { ExportedKit } from "#operation";
import type { Colors } from "../terminal.ts";
import { count } from "./amount.ts";
import { oneLine } from "./one-line.ts";

type Told = Omit<ExportedKit, "text"> & { readonly file?: string };

/** What the kit finds, and what it does not. */
export function renderExportedKit({ values, environments, notSearchable, file }: Told, color: Colors): string {
  const where = file === undefined ? "" : `${oneLine(file)}: `;
  const found = `${where}finds ${count(values, "value")} of ${environments.join(", ")}\n`;
  if (notSearchable.length === 0) return found;
  const why = "not found by it, too little of them is chance as far as can be shown";
  return `${found}${color.yellow("!")} ${why}: ${notSearchable.join(", ")}\n`;
}
