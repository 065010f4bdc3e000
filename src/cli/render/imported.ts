import type { Imported } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderFindings } from "./finding.ts";
import { renderTable } from "./table.ts";

/** What was taken over from where, what it hid, and what was left alone; never a value. */
export function renderImported({ values, skipped, findings }: Imported, color: Colors): string {
  if (values.length === 0 && skipped.length === 0) {
    return `${renderFindings(findings, color)}nothing there that a contract asks for\n`;
  }
  const rows = values.map(({ name, kind, version, origin, shadowed }) => [
    name,
    `v${version}`,
    kind === "stored" ? color.green("stored") : "unchanged",
    `from ${origin}`,
    shadowed.length === 0 ? "" : color.dim(`instead of ${shadowed.join(", ")}`),
  ]);
  const left = skipped.map(({ name }) => [name, "", color.yellow("left alone"), "no grant allows it"]);
  const next = skipped.length === 0 ? "" : "next: keyturn grant --missing\n";
  return `${renderFindings(findings, color)}${renderTable([...rows, ...left])}${next}`;
}
