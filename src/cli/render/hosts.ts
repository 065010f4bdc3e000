import type { HostState, ListedHost } from "#operation";
import type { Colors } from "../terminal.ts";
import { renderTable } from "./table.ts";

/** One line each; below the table, why a host can't be used and what to do. */
export function renderHosts(hosts: readonly ListedHost[], color: Colors): string {
  const head = ["HOST", "ADDRESS", "STATE", "HELPER", "SERVICES", "OWNER"].map((title) => color.dim(title));
  const rows = hosts.map(({ name, address, state, services, owners }) => [
    name,
    address,
    stateText(state, color),
    state.kind === "ready" && state.helper !== undefined ? `v${state.helper}` : "–",
    services.join(", "),
    owners.length === 0 ? "nobody" : owners.join(", "),
  ]);
  return `${renderTable([head, ...rows])}${notes(hosts, color)}`;
}

function stateText({ kind }: HostState, color: Colors): string {
  return kind === "ready" ? color.green(kind) : kind === "excluded" || kind === "unused" ? kind : color.yellow(kind);
}

function notes(hosts: readonly ListedHost[], color: Colors): string {
  const troubled = hosts.flatMap(({ name, state }) =>
    state.kind === "unprepared" || state.kind === "unreachable" ? [{ name, state }] : [],
  );
  const lines = troubled.map(({ state }) => `${color.yellow("!")} ${state.message}\n`);
  const unprepared = troubled.filter(({ state }) => state.kind === "unprepared").map(({ name }) => name);
  const unknown = troubled.filter(({ state }) => state.code === "HOST_KEY_UNKNOWN").map(({ name }) => name);
  const next = [
    ...unknown.map((name) => `next: keyturn hosts accept ${name}\n`),
    ...(unprepared.length === 0 ? [] : [`next: keyturn hosts prepare ${unprepared.join(" ")}\n`]),
  ];
  return [...lines, ...next].join("");
}
