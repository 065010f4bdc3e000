import type { ListedValue } from "#operation";
import type { Colors } from "../terminal.ts";
import { ageText, scopeText } from "./scope.ts";
import { renderTable } from "./table.ts";

export function renderList(values: readonly ListedValue[], now: number, color: Colors): string {
  if (values.length === 0) {
    return "no values yet\nnext: keyturn generate --missing, then keyturn set NAME or keyturn import FILE\n";
  }
  const head = ["NAME", "SCOPE", "VERSION", "KIND", "AGE", "FINGERPRINT", "ORIGIN", "HOLDERS"];
  return renderTable([head.map((title) => color.dim(title)), ...values.map((value) => cells(value, now, color))]);
}

function cells(value: ListedValue, now: number, color: Colors): readonly string[] {
  const { name, scope, number, sensitive, createdAt, fingerprint, origin } = value;
  const kind = sensitive ? "secret" : "public";
  return [
    name,
    scopeText(scope),
    `v${number}`,
    kind,
    ageText(createdAt, now),
    fingerprint,
    origin,
    holders(value, color),
  ];
}

function holders({ holders, ungranted }: ListedValue, color: Colors): string {
  if (holders.length === 0 && ungranted.length === 0) return color.dim("nobody asks for it");
  return [...holders, ...ungranted.map((service) => color.yellow(`${service} (no grant)`))].join(", ");
}
