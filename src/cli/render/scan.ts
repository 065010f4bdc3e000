import type { ScanFinding, ScanResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { count, sizeText } from "./amount.ts";
import { placesOf, placesText } from "./leak-place.ts";
import { leftText } from "./left-out.ts";

/** What has leaked and what to do first, then where it is; at the end what was looked at, and what was not. */
export function renderScan(result: ScanResult, color: Colors): string {
  const { findings, left, environments } = result;
  const groups = [...Map.groupBy(sharedPlaces(findings), ({ owners }) => owners.map(ownerText).join(", "))];
  const places = groups.flatMap(([, shared]) => placesOf(shared.map(({ finding }) => finding)));
  return [
    ...groups.map(([title, shared]) => groupText(title, shared, { color, several: environments.length > 1 })),
    verdict(result, { secrets: groups.length, places: places.length }, color),
    leftText(left, color),
    missingText(result, color),
  ].join("");
}

/** One place may hold the value of several names and versions. */
interface FoundPlace {
  readonly owners: readonly ScanFinding[];
  readonly finding: ScanFinding;
}

function sharedPlaces(findings: readonly ScanFinding[]): readonly FoundPlace[] {
  const places = Map.groupBy(findings, ({ path, offset, encoding, git }) =>
    JSON.stringify([path, offset, encoding, git?.object]),
  );
  return [...places.values()].flatMap((owners) => {
    const [finding] = owners;
    return finding === undefined ? [] : [{ owners, finding }];
  });
}

function ownerText({ name, version, state = "live", environment = "", scope = {} }: ScanFinding): string {
  const where = [environment, scope.service, scope.host].filter((part) => part !== undefined).join(" ");
  return `${name} v${version ?? "?"}, ${state} in ${where}`;
}

function groupText(
  title: string,
  places: readonly FoundPlace[],
  { color, several }: { readonly color: Colors; readonly several: boolean },
): string {
  const owners = places[0]?.owners ?? [];
  const steps = [...new Set(owners.map((owner) => stepText(owner, several)))];
  return [
    `${color.red(title)}\n`,
    ...steps.map((step) => `  ${color.dim(`→ ${step}`)}\n`),
    placesText(
      places.map(({ finding }) => finding),
      color,
    ),
  ].join("");
}

/** A value that still opens something is exchanged; of one that ended only the copy is left to remove. */
function stepText({ name, state, version, environment, scope = {} }: ScanFinding, several: boolean): string {
  const { service, host } = scope;
  const where = [
    ...(service === undefined ? [] : [` --service ${service}`]),
    ...(host === undefined ? [] : [` --host ${host}`]),
    ...(several && environment !== undefined ? [` --env ${environment}`] : []),
  ].join("");
  if (state === "live") return `keyturn rotate ${name} --compromised${where}`;
  if (state === "compromised") return "known as compromised: take it out of what is named here";
  return `keyturn retire ${name} --version ${version ?? ""} --compromised${where}, so that nobody sets it again`;
}

function verdict(
  { of, files, bytes, values, environments }: ScanResult,
  { secrets, places }: { readonly secrets: number; readonly places: number },
  color: Colors,
): string {
  if (values === 0) return `${color.yellow("nothing to look for")}: the store holds no secret\n`;
  const what = count(files, of === "git" ? "object" : "file");
  const looked = `${what}, ${sizeText(bytes)}, ${count(values, "value")} of ${environments.join(", ")}`;
  if (places === 0) return `${color.green("nothing found")}: ${looked}\n`;
  return `${color.red("found")}: ${count(secrets, "secret")} in ${count(places, "place")}; ${looked}\n`;
}

function missingText({ unsearchable, unopened }: ScanResult, color: Colors): string {
  const list = (what: string, names: readonly string[]) =>
    names.length === 0 ? "" : `${color.yellow("!")} not looked for, ${what}: ${names.join(", ")}\n`;
  return list("shorter than 8 bytes", unsearchable) + list("can't be opened", unopened);
}
