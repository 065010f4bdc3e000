import { isoTime } from "#kernel";
import type { Person, SeenVersion, WhoSaw } from "#operation";
import type { Colors } from "../terminal.ts";
import { oneLine } from "./audit.ts";
import { renderTable } from "./table.ts";

/** What one person, or anybody of that name, saw; behind it what to change when they leave. */
export function renderSeenBy({ people }: WhoSaw, color: Colors): string {
  if (people.length === 0) return "the log tells of no secret that they saw\n";
  const rows = people.flatMap(({ seen }) =>
    seen.map((one) => [one.name, versionCell(one), useCell(one, color), waysCell(one, color)]),
  );
  const head = ["NAME", "VERSION", "IN USE", "HOW"].map((title) => color.dim(title));
  const rotate = [...new Set(people.flatMap((one) => one.rotate))];
  const next = rotate.length === 0 ? "nothing of it is in use any more\n" : `to change: ${rotate.join(", ")}\n`;
  return `${renderTable([head, ...rows])}${next}`;
}

/** Who saw one secret. */
export function renderWhoSaw({ people }: WhoSaw, color: Colors): string {
  if (people.length === 0) return "the log tells of nobody who saw it\n";
  const rows = people.flatMap(({ person, seen }: Person) =>
    seen.map((one) => [oneLine(person), versionCell(one), useCell(one, color), waysCell(one, color)]),
  );
  const head = ["PERSON", "VERSION", "IN USE", "HOW"].map((title) => color.dim(title));
  return renderTable([head, ...rows]);
}

function versionCell({ number, scope: { service = "", host } }: SeenVersion): string {
  const where = host === undefined ? service : `${service}@${host}`;
  return `v${number}${where === "" ? "" : ` of ${where}`}`;
}

function useCell({ use }: SeenVersion, color: Colors): string {
  return use === "present" || use === "running" ? color.yellow(use) : color.dim(use);
}

function waysCell({ ways }: SeenVersion, color: Colors): string {
  return ways
    .map(({ way, actor, certain, at, times }) => {
      const often = times === 1 ? "" : ` ${times} times`;
      const text = `${way}${often} ${color.dim(`${isoTime(at)} ${oneLine(actor)}`)}`;
      return certain ? text : `perhaps: ${text}`;
    })
    .join("; ");
}
