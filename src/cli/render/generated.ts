import type { Generated } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

/** One line per name; never the value. */
export function renderGenerated(values: readonly Generated[], color: Colors): string {
  if (values.length === 0) return "nothing is missing that has a rule\n";
  const table = renderTable(values.map((one) => cells(one, color)));
  const wishes = values.flatMap((one) => (one.kind === "generated" ? one.ungranted.map(() => one.name) : []));
  const present = values.some(({ kind }) => kind === "present");
  const made = values.some(({ kind }) => kind === "generated");
  const next = wishes.length > 0 ? "next: keyturn grant --missing\n" : made ? "next: keyturn plan\n" : "";
  return `${table}${told(values, color)}${present ? "what has a value keeps it; --new-version makes another\n" : ""}${next}`;
}

function told(values: readonly Generated[], color: Colors): string {
  return values
    .flatMap((one) => (one.kind === "generated" ? one.notices.map((notice) => `${one.name}: ${notice}`) : []))
    .map((line) => `${color.yellow("!")} ${line}\n`)
    .join("");
}

function cells(one: Generated, color: Colors): readonly string[] {
  if (one.kind === "present") return [one.name, `v${one.version}`, "kept"];
  const { version, receivers, ungranted } = one;
  const to = [
    ...(receivers.length > 0 ? [`goes to ${receivers.join(", ")}`] : []),
    ...(ungranted.length > 0 ? [`${color.yellow("no grant")}: ${ungranted.join(", ")}`] : []),
  ];
  return [one.name, `v${version.number}`, color.green("generated"), color.dim(version.fingerprint), to.join("; ")];
}
