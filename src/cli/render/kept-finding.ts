import type { FindingState, FindingStep, ListedFinding } from "#operation";
import type { Colors } from "../terminal.ts";
import { count } from "./amount.ts";
import { oneLine } from "./one-line.ts";
import { ageText } from "./scope.ts";
import { renderTable } from "./table.ts";

/** What leaked and what to do first, then each place with its number and state. */
export function renderKept(findings: readonly ListedFinding[], now: number, color: Colors): string {
  const groups = [...Map.groupBy(findings, titleOf)];
  return [
    ...groups.map(
      ([title, own]) => `${titleColor(own, color)(title)}\n${stepsOf(own, color)}${table(own, now, color)}`,
    ),
    summary(findings, color),
  ].join("");
}

export function renderAcceptedFinding(finding: ListedFinding, color: Colors): string {
  const { id, accepted } = finding;
  return `${color.green("accepted")}: ${id}, ${titleOf(finding)}, until ${accepted?.until ?? ""}\n`;
}

const words: Readonly<Record<FindingState, string>> = {
  new: "new",
  rotated: "rotated",
  accepted: "accepted",
  gone: "gone",
};

function summary(findings: readonly ListedFinding[], color: Colors): string {
  if (findings.length === 0) return `${color.green("nothing")}: no scan found anything that is kept\n`;
  const counts = Map.groupBy(findings, ({ state }) => state);
  const text = [...counts].map(([state, own]) => `${own.length} ${words[state]}`).join(", ");
  const head = counts.has("new") ? color.red("findings") : "findings";
  return `${head}: ${text}\n`;
}

function titleOf({ thing, version }: Pick<ListedFinding, "thing" | "version">): string {
  if (thing.kind === "credential") return `${thing.format}, not in the store`;
  const where = [thing.scope.service, thing.scope.host].filter((part) => part !== undefined).join(" ");
  const scope = where === "" ? "" : ` of ${where}`;
  return `${thing.name} v${thing.version}${scope}, ${versionText(version)}`;
}

function versionText(version: ListedFinding["version"]): string {
  if (version === undefined) return "not in the store any more";
  return version.state === "live" && !version.present ? "live, and no longer the present one" : version.state;
}

function titleColor(own: readonly ListedFinding[], color: Colors): (text: string) => string {
  return own.some(({ state }) => state === "new") ? color.red : color.bold;
}

function stepsOf(own: readonly ListedFinding[], color: Colors): string {
  const steps = new Set(own.flatMap((one) => stepText(one) ?? []));
  return [...steps].map((step) => `  ${color.dim(`→ ${step}`)}\n`).join("");
}

function stepText({ step, thing }: ListedFinding): string | undefined {
  if (thing.kind === "credential") return step === "exchange" ? exchange : undefined;
  const { name, version, scope } = thing;
  const where = [
    ...(scope.service === undefined ? [] : [` --service ${scope.service}`]),
    ...(scope.host === undefined ? [] : [` --host ${scope.host}`]),
  ].join("");
  const steps: Readonly<Record<FindingStep, string | undefined>> = {
    rotate: `keyturn rotate ${name} --compromised${where}`,
    retire: `keyturn retire ${name} --version ${version} --compromised${where}, so that nobody sets it again`,
    "take-out": "it opens nothing any more: take it out of what is named here",
    exchange: undefined,
    none: undefined,
  };
  return steps[step];
}

const exchange = "exchange it where it was made, then take it out; one that may stand: keyturn findings accept NUMBER";

function table(own: readonly ListedFinding[], now: number, color: Colors): string {
  const rows = own.map((one) => [
    `  ${one.id}`,
    stateText(one, color),
    placeText(one),
    color.dim(aboutText(one)),
    color.dim(`seen ${ageText(one.lastAt, now)}`),
  ]);
  return renderTable(rows);
}

function stateText({ state, accepted }: ListedFinding, color: Colors): string {
  if (state === "accepted") return `accepted until ${accepted?.until ?? ""}`;
  return state === "new" ? color.red(words[state]) : words[state];
}

/** `github.com/acme/shop src/app.ts:2` */
function placeText({ place, machine }: Pick<ListedFinding, "place" | "machine">): string {
  const { kind, where, path, line, byte } = place;
  const spot = line === undefined ? (byte === undefined ? "" : `, byte ${byte}`) : `:${line}`;
  const whose = kind === "tree" && where !== machine && !where.startsWith(`${machine}:`) ? ` on ${machine}` : "";
  return oneLine(path === "" ? `${where}${spot}` : `${where}${whose} ${path}${spot}`);
}

function aboutText({ thing, places, commit, present }: ListedFinding): string {
  return [
    ...(thing.kind === "value" ? [thing.encoding] : []),
    ...(places > 1 ? [count(places, "place")] : []),
    ...(commit === undefined ? [] : [`since ${commit.slice(0, 12)}`]),
    ...(present ? [] : ["the history has it"]),
  ].join(", ");
}
