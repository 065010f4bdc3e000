import { isoTime } from "#kernel";
import type { AcceptResult, KitScanResult, ScanFinding, ScanResult } from "#operation";
import type { Colors } from "../terminal.ts";
import { count, sizeText } from "./amount.ts";
import { placesOf, placesText } from "./leak-place.ts";
import { leftText } from "./left-out.ts";
import { oneLine } from "./one-line.ts";

type ValueOwner = Pick<ScanFinding, "name" | "version" | "state" | "environment" | "scope">;

/** What has leaked and what to do first, then where it is; at the end what was looked at, and what was not. */
export function renderScan(result: ScanResult | KitScanResult, color: Colors): string {
  const { findings, credentials, left, environments } = result;
  const groups = [...Map.groupBy(sharedPlaces(findings), ({ owners }) => owners.map(ownerText).join(", "))];
  const places = groups.flatMap(([, shared]) => placesOf(shared.map(({ finding }) => finding)));
  return [
    ...groups.map(([title, shared]) => groupText(title, shared, { color, several: environments.length > 1 })),
    ...credentialTexts(credentials, color),
    "candidates" in result ? candidatesText(result, color) : "",
    verdict(result, { secrets: groups.length, places: places.length }, color),
    leftText(left, color),
    missingText(result, color),
    keptText(result, color),
  ].join("");
}

/** Of each format what to do first: whose it is only a person knows. */
function credentialTexts(credentials: ScanResult["credentials"], color: Colors): readonly string[] {
  return [...Map.groupBy(credentials, ({ format }) => format)].map(([format, found]) => {
    const step = "exchange it where it was made, then take it out; one that may stand: keyturn scan --accept";
    return `${color.red(`${format}, not in the store`)}\n  ${color.dim(`→ ${step}`)}\n${placesText(found, color)}`;
  });
}

/** What may be a value: only who has the store, or a server that does, knows. */
function candidatesText({ candidates, unasked }: KitScanResult, color: Colors): string {
  if (candidates.length === 0) return "";
  const why = unasked === undefined ? "" : `  ${color.dim(`the server did not tell: ${oneLine(unasked.message)}`)}\n`;
  const step = "`keyturn scan` of the same files, where the store is, tells whether it is one";
  const groups = [...Map.groupBy(candidates, ({ name }) => name)].map(
    ([name, found]) => `${color.yellow(`${name}, perhaps`)}\n  ${color.dim(`→ ${step}`)}\n${placesText(found, color)}`,
  );
  return `${groups.join("")}${why}`;
}

export function renderAccepted({ file, entries, findings }: AcceptResult, color: Colors): string {
  const lines = entries.map(
    ({ format, path, until }) => `  ${oneLine(path)}  ${color.dim(`${format}, until ${until}`)}\n`,
  );
  const failed =
    findings === undefined || !("failed" in findings)
      ? ""
      : `${color.yellow("!")} \`keyturn findings\` tells it with the next scan: ${oneLine(findings.message)}\n`;
  return `${color.green("accepted")}: ${file}\n${lines.join("")}${failed}`;
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

/** Whose value it is. */
export function ownerText({ name, version, state = "live", environment = "", scope = {} }: ValueOwner): string {
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
export function stepText({ name, state, version, environment, scope = {} }: ValueOwner, several: boolean): string {
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
  result: ScanResult | KitScanResult,
  { secrets, places }: { readonly secrets: number; readonly places: number },
  color: Colors,
): string {
  const { of, files, bytes, values, credentials, accepted, wanted } = result;
  const kit = "kit" in result ? result : undefined;
  if (values === 0 && wanted === "values" && kit === undefined)
    return `${color.yellow("nothing to look for")}: the store holds no secret\n`;
  const what = count(files, of === "git" ? "object" : "file");
  const stand = accepted === 0 ? "" : `, ${accepted} accepted`;
  const looked = `${what}, ${sizeText(bytes)}, ${against(result)}${stand}`;
  const others = placesOf(credentials).length;
  const candidates = placesOf(kit?.candidates ?? []).length;
  if (places + others + candidates === 0) return `${color.green("nothing found")}: ${looked}\n`;
  const found = [
    ...(places === 0 ? [] : [`${count(secrets, "secret")} in ${count(places, "place")}`]),
    ...(others === 0 ? [] : [`${count(others, "credential")} that the store does not have`]),
    ...(candidates === 0 ? [] : [`${count(candidates, "candidate")} that nobody confirmed`]),
  ];
  return `${places + others === 0 ? color.yellow("found") : color.red("found")}: ${found.join(", ")}; ${looked}\n`;
}

function against(result: ScanResult | KitScanResult): string {
  const { values, environments } = result;
  if ("kit" in result) {
    const { kit, refuted } = result;
    return `a kit of ${isoTime(kit.madeAt).slice(0, 10)}${refuted === 0 ? "" : `, ${count(refuted, "place")} not confirmed`}`;
  }
  return values === 0 ? "known formats alone" : `${count(values, "value")} of ${environments.join(", ")}`;
}

function missingText({ unsearchable, unopened }: ScanResult, color: Colors): string {
  const list = (what: string, names: readonly string[]) =>
    names.length === 0 ? "" : `${color.yellow("!")} not looked for, ${what}: ${names.join(", ")}\n`;
  return list("shorter than 8 bytes", unsearchable) + list("can't be opened", unopened);
}

/** Only where it is not as anybody would think. */
export function keptText({ kept }: Pick<ScanResult, "kept">, color: Colors): string {
  if (kept === undefined) return "";
  if ("failed" in kept) return `${color.yellow("!")} not kept for \`keyturn findings\`: ${oneLine(kept.message)}\n`;
  if (kept.over === 0) return "";
  return `${color.yellow("!")} not kept: ${count(kept.over, "finding")} more than the store takes\n`;
}
