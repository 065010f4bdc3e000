import type { ScanResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { leftText } from "./left-out.ts";
import { oneLine } from "./one-line.ts";

type Finding = ScanResult["findings"][number];

/** What has leaked and what to do first, then where it is; at the end what was looked at, and what was not. */
export function renderScan(result: ScanResult, color: Colors): string {
  const groups = [...Map.groupBy(placesOf(result.findings), ({ owners }) => owners.map(ownerText).join(", "))];
  return [
    ...groups.map(([title, places]) => groupText(title, places, { color, several: result.environments.length > 1 })),
    verdict(result, groups.length, color),
    leftText(result.left, color),
    missingText(result, color),
  ].join("");
}

/** One place may hold the value of several names and versions. */
interface FoundPlace {
  readonly owners: readonly Finding[];
  readonly finding: Finding;
}

function placesOf(findings: readonly Finding[]): readonly FoundPlace[] {
  const places = Map.groupBy(findings, ({ path, offset, encoding }) => `${offset} ${encoding} ${path}`);
  return [...places.values()].flatMap((owners) => {
    const [finding] = owners;
    return finding === undefined ? [] : [{ owners, finding }];
  });
}

function ownerText({ name, version, state = "live", environment = "", scope = {} }: Finding): string {
  const where = [environment, scope.service, scope.host].filter((part) => part !== undefined).join(" ");
  return `${name} v${version ?? "?"}, ${state} in ${where}`;
}

const shown = 20;

function groupText(
  title: string,
  places: readonly FoundPlace[],
  { color, several }: { readonly color: Colors; readonly several: boolean },
): string {
  const owners = places[0]?.owners ?? [];
  const steps = [...new Set(owners.map((owner) => stepText(owner, several)))];
  const lines = places
    .slice(0, shown)
    .map(({ finding }) => `  ${placeText(finding)}  ${color.dim(formText(finding))}\n`);
  const more =
    places.length > shown ? [color.dim(`  and ${places.length - shown} more, all of them with --json\n`)] : [];
  return [`${color.red(title)}\n`, ...steps.map((step) => `  ${color.dim(`→ ${step}`)}\n`), ...lines, ...more].join("");
}

/** A value that still opens something is exchanged; of one that ended only the copy is left to remove. */
function stepText({ name, state, version, environment }: Finding, several: boolean): string {
  const where = several && environment !== undefined ? ` --env ${environment}` : "";
  if (state === "live") return `keyturn rotate ${name} --compromised${where}`;
  if (state === "compromised") return "known as compromised: take it out of what is named here";
  return `keyturn retire ${name} --version ${version ?? ""} --compromised${where}, so that nobody sets it again`;
}

function placeText({ path, line, column, offset, binary }: Finding): string {
  return binary ? `${oneLine(path)}, byte ${offset}` : `${oneLine(path)}:${line}:${column}`;
}

function formText({ encoding, split }: Finding): string {
  return split ? `${encoding}, split` : encoding;
}

function verdict({ findings, files, bytes, values, environments }: ScanResult, groups: number, color: Colors): string {
  if (values === 0) return `${color.yellow("nothing to look for")}: the store holds no secret\n`;
  const looked = `${count(files, "file")}, ${sizeText(bytes)}, ${count(values, "value")} of ${environments.join(", ")}`;
  if (findings.length === 0) return `${color.green("nothing found")}: ${looked}\n`;
  const places = placesOf(findings).length;
  return `${color.red("found")}: ${count(groups, "secret")} in ${count(places, "place")}; ${looked}\n`;
}

function missingText({ unsearchable, unopened }: ScanResult, color: Colors): string {
  const list = (what: string, names: readonly string[]) =>
    names.length === 0 ? "" : `${color.yellow("!")} not looked for, ${what}: ${names.join(", ")}\n`;
  return list("shorter than 8 bytes", unsearchable) + list("can't be opened", unopened);
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return count(bytes, "byte");
  const [factor, unit] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(bytes / factor).toFixed(bytes / factor < 10 ? 1 : 0)} ${unit}`;
}
