import { isoTime } from "#kernel";
import type { ListedValue } from "#operation";
import type { Colors } from "../terminal.ts";
import { ageText, scopeText } from "./scope.ts";
import { renderTable } from "./table.ts";

export function renderList(values: readonly ListedValue[], now: number, color: Colors): string {
  if (values.length === 0) {
    return "no values yet\nnext: keyturn generate --missing, then keyturn set NAME or keyturn import FILE\n";
  }
  const head = ["NAME", "SCOPE", "VERSION", "KIND", "AGE", "FINGERPRINT", "ORIGIN", "HOLDERS"];
  const isScheduled = values.some(({ rotation, tokens }) => rotation !== undefined || isEnding(tokens));
  const titles = isScheduled ? head.toSpliced(5, 0, "NEXT") : head;
  const rows = values.map((value) => {
    const row = cells(value, now, color);
    return isScheduled ? row.toSpliced(5, 0, nextText(value, color)) : row;
  });
  return renderTable([titles.map((title) => color.dim(title)), ...rows]);
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

function isEnding(tokens: ListedValue["tokens"]): boolean {
  return tokens !== undefined && tokens.state !== "fresh";
}

/** When it is to be rotated, and who is to act where it is time; and when what it signs is over. */
function nextText(value: ListedValue, color: Colors): string {
  const { rotation, tokens } = value;
  const next = rotation === undefined ? [] : [rotationText(rotation, color)];
  const ends = tokens === undefined || tokens.state === "fresh" ? [] : [tokenText(tokens, color)];
  return [...next, ...ends].join(", ") || color.dim("–");
}

function tokenText({ names, state, endsAt }: NonNullable<ListedValue["tokens"]>, color: Colors): string {
  const date = isoTime(endsAt).slice(0, 10);
  return state === "over"
    ? color.red(`${names.join(", ")} over ${date}`)
    : color.yellow(`${names.join(", ")} ends ${date}`);
}

function rotationText(rotation: NonNullable<ListedValue["rotation"]>, color: Colors): string {
  const { state, by, due, next } = rotation;
  const date = isoTime(by === "person" ? due : next).slice(0, 10);
  switch (state) {
    case "fresh":
      return by === "person" ? `${date} by a person` : date;
    case "waits":
    case "now":
      return color.yellow(`due, ${date}`);
    case "person":
      return color.yellow("due, by a person");
    case "returned":
      return color.red("due, was taken back");
    case "open":
      return color.yellow("open");
    case "overlap":
      return `ends ${isoTime(next).slice(0, 10)}`;
  }
}

function holders({ holders, ungranted }: ListedValue, color: Colors): string {
  if (holders.length === 0 && ungranted.length === 0) return color.dim("nobody asks for it");
  return [...holders, ...ungranted.map((service) => color.yellow(`${service} (no grant)`))].join(", ");
}
