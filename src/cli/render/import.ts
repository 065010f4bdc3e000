import type { ImportedName, ImportResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderFindings } from "./finding.ts";
import { renderTable } from "./table.ts";

/** One line per name; never a value. */
export function renderImport({ values, unknown, findings }: ImportResult, color: Colors): string {
  const table = renderTable(values.map((one) => cells(one, color)));
  const empty = values.length === 0 ? "nothing there that a contract asks for\n" : "";
  const others = unknown.length === 0 ? "" : color.dim(`in no contract, left alone: ${unknown.join(", ")}\n`);
  return `${renderFindings(findings, color)}${table}${empty}${told(values, color)}${others}${nextStep(values)}`;
}

function told(values: readonly ImportedName[], color: Colors): string {
  const kept = values.filter((one) => one.kind !== "refused");
  return kept.flatMap(({ name, notices }) => notices.map((one) => `${color.yellow("!")} ${name}: ${one}\n`)).join("");
}

function cells(one: ImportedName, color: Colors): readonly string[] {
  if (one.kind === "refused") return [one.name, "", color.red("refused"), one.reason];
  const { version, kind, receivers, ungranted } = one;
  const to = [
    ...(receivers.length > 0 ? [`goes to ${receivers.join(", ")}`] : []),
    ...(ungranted.length > 0 ? [`${color.yellow("no grant")}: ${ungranted.join(", ")}`] : []),
  ];
  return [one.name, `v${version.number}`, kind === "stored" ? color.green(kind) : kind, to.join("; ")];
}

function nextStep(values: readonly ImportedName[]): string {
  const kept = values.filter((one) => one.kind !== "refused");
  if (kept.some(({ ungranted }) => ungranted.length > 0)) return "next: keyturn grant --missing\n";
  return kept.some(({ kind }) => kind === "stored") ? "next: keyturn plan\n" : "";
}
