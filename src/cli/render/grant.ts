import type { GrantKey, GrantList, GrantResult, Wish } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

export function renderGrants({ grants, wishes }: GrantList, color: Colors): string {
  const head = ["SERVICE", "NAME", "GRANT", "BY"].map((title) => color.dim(title));
  const rows = grants.map(({ service, name, kind, actor }) => [service, name, kind, actor]);
  const table = rows.length === 0 ? "no grants yet\n" : renderTable([head, ...rows]);
  return wishes.length === 0 ? table : `${table}\n${renderWishes(wishes, color)}${nextStep(wishes)}`;
}

/** What is asked for without a grant; what each of the special kinds would allow. */
export function renderWishes(wishes: readonly Wish[], color: Colors): string {
  if (wishes.length === 0) return "every wish of the contracts is granted\n";
  const rows = wishes.map(({ service, name, kind, stored, reason }) => [
    color.yellow(service),
    name,
    kind === "hold" ? (stored ? "asked for" : "asked for, no value yet") : special(kind, reason),
    kind === "hold" ? "" : color.dim(commandFor({ service, name, kind })),
  ]);
  return `asked for without a grant:\n${renderTable(rows)}`;
}

export function renderGiven(grants: readonly GrantResult[], color: Colors): string {
  const lines = grants.map(({ service, name, kind, change }) => {
    const state = change === "given" ? color.green("given") : "was given before";
    return `${service} ${name} ${kind === "hold" ? "" : `(${kind}) `}${state}\n`;
  });
  return `${lines.join("")}next: keyturn plan\n`;
}

export function renderRevoked(grants: readonly (GrantKey & { readonly revoked: boolean })[]): string {
  const lines = grants.map(
    ({ service, name, revoked }) => `${service} ${name} ${revoked ? "revoked" : "had no such grant"}\n`,
  );
  const note = grants.some(({ revoked }) => revoked)
    ? "what was delivered stays there until the next apply\nnext: keyturn plan\n"
    : "";
  return lines.join("") + note;
}

function special(kind: Exclude<Wish["kind"], "hold">, reason: string | undefined): string {
  return kind === "loader" ? (reason ?? "steers what programs load") : "was a secret and would become public";
}

function commandFor({ service, name, kind }: GrantKey): string {
  return `keyturn grant ${service} ${name}${kind === "hold" ? "" : ` --${kind}`}`;
}

function nextStep(wishes: readonly Wish[]): string {
  return wishes.some(({ kind }) => kind === "hold")
    ? "next: keyturn grant --missing, or keyturn grant SERVICE NAME\n"
    : "";
}
