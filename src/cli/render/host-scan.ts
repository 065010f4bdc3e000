import { isoTime } from "#kernel";
import type { HostFinding, HostScanResult, ScannedHost } from "#operation";
import type { Colors } from "../terminal.ts";
import { count } from "./amount.ts";
import { oneLine } from "./one-line.ts";
import { keptText, ownerText, stepText } from "./scan.ts";

/** What has leaked and what to do first, then where it is; at the end what was looked at, host by host what was not. */
export function renderHostScan(result: HostScanResult, color: Colors): string {
  const groups = [...Map.groupBy(sharedPlaces(result.findings), ({ owners }) => owners.map(ownerText).join(", "))];
  return [
    ...groups.map(([title, places]) => groupText(title, places, color)),
    verdict(result, groups.length, color),
    ...result.hosts.map((host) => hostText(host, color)),
    listText("shorter than 8 bytes", result.unsearchable, color),
    listText("can't be opened", result.unopened, color),
    keptText(result, color),
  ].join("");
}

/** Where it is, in one line: `app1:/opt/x/notes.txt:2`. */
export function hostPlaceText({ host, where }: Pick<HostFinding, "host" | "where">): string {
  switch (where.kind) {
    case "file":
      return `${host}:${oneLine(where.path)}:${where.line}`;
    case "container":
      return `${host}, container ${where.container}, line ${where.line}${where.log === undefined ? "" : ` of log ${oneLine(where.log)}`}`;
    case "journal":
      return `${host}, journal${where.unit === undefined ? "" : ` of ${oneLine(where.unit)}`}, ${where.field}`;
  }
}

interface FoundPlace {
  readonly owners: readonly HostFinding[];
  readonly finding: HostFinding;
}

/** One place may hold the value of several names and versions. */
function sharedPlaces(findings: readonly HostFinding[]): readonly FoundPlace[] {
  const places = Map.groupBy(findings, ({ host, where, encoding }) => JSON.stringify([host, where, encoding]));
  return [...places.values()].flatMap((owners) => {
    const [finding] = owners;
    return finding === undefined ? [] : [{ owners, finding }];
  });
}

/** places of one secret that are shown before the rest is counted */
const shown = 20;

function groupText(title: string, places: readonly FoundPlace[], color: Colors): string {
  const owners = places[0]?.owners ?? [];
  const steps = [...new Set(owners.map((owner) => stepText(owner, false)))];
  const more = places.length - shown;
  return [
    `${color.red(title)}\n`,
    ...steps.map((step) => `  ${color.dim(`→ ${step}`)}\n`),
    ...places.slice(0, shown).map(({ finding }) => `  ${hostPlaceText(finding)}  ${color.dim(formText(finding))}\n`),
    more > 0 ? color.dim(`  and ${more} more, all of them with --json\n`) : "",
  ].join("");
}

function formText({ encoding, count: times, where }: HostFinding): string {
  if (where.kind !== "journal")
    return times === 1 ? encoding : `${encoding}  and in ${count(times - 1, "line")} behind`;
  const [from, until] = [minute(where.from), minute(where.until)];
  return times === 1 ? `${encoding}  ${from}` : `${encoding}  ${times.toLocaleString("en")} times, ${from} to ${until}`;
}

/** `2026-11-30 17:40`, UTC */
function minute(time: number): string {
  return isoTime(time).slice(0, 16).replace("T", " ");
}

function verdict(result: HostScanResult, secrets: number, color: Colors): string {
  const { hosts, values, environment } = result;
  const asked = hosts.filter(({ state }) => state === "searched" || state === "cut");
  if (values === 0) return `${color.yellow("nothing to look for")}: the store holds no secret of ${environment}\n`;
  const total = (part: "files" | "containers" | "journal") =>
    asked.reduce((sum, { looked }) => sum + (looked[part] ?? 0), 0);
  const looked = [
    count(asked.length, "host"),
    count(total("files"), "file"),
    count(total("containers"), "container"),
    `${total("journal").toLocaleString("en")} entries of journals`,
  ].join(", ");
  const places = sharedPlaces(result.findings).length;
  if (places === 0) return `${color.green("nothing found")}: ${looked}\n`;
  return `${color.red("found")}: ${count(secrets, "secret")} in ${count(places, "place")}; ${looked}\n`;
}

/** What was not looked at there, and what to do about it. */
function hostText(host: ScannedHost, color: Colors): string {
  const name = host.host;
  const warn = (text: string): string => `${color.yellow("!")} ${name}: ${text}\n`;
  const lines: string[] = [];
  if (host.trouble !== undefined) {
    lines.push(warn(`not searched: ${oneLine(host.trouble.message)}`), `  ${color.dim(`→ ${nextStep(host)}`)}\n`);
  }
  const why = reasons[host.state];
  if (why !== undefined) lines.push(warn(why));
  if (host.more) lines.push(warn("there is more than it tells: mend what is told, and scan it again"));
  const isAsked = host.state === "searched" || host.state === "cut" || host.kit !== undefined;
  if (isAsked) lines.push(...leftTexts(host, warn), kitText(host, color), unsoughtText(host, warn));
  return lines.join("");
}

const reasons: Readonly<Partial<Record<ScannedHost["state"], string>>> = {
  cut: "not searched to the end, its time was over",
  empty: "not searched: by its records it holds none of the values",
  local: "not searched: its services are processes of this machine, and `keyturn scan PATH` looks through its files",
  unasked: "not searched: it has containers alone, and no helper that could",
  excluded: "not searched: keyturn.yaml excludes it",
};

function nextStep({ host, trouble }: ScannedHost): string {
  return trouble?.code === "HOST_UNPREPARED" && !trouble.hint.startsWith("update")
    ? `keyturn hosts prepare ${host}`
    : (trouble?.hint ?? "");
}

function leftTexts({ left }: ScannedHost, warn: (text: string) => string): readonly string[] {
  return [...Map.groupBy(left, ({ reason }) => reason)].map(([reason, all]) => {
    const names = all.flatMap(({ path }) => (path === undefined ? [] : [oneLine(path)])).slice(0, 5);
    const more = names.length < all.length ? [`${all.length - names.length} more`] : [];
    return warn(`not looked into, ${leftReasons[reason]}: ${[...names, ...more].join(", ")}`);
  });
}

const leftReasons = {
  packed: "packed in a way that is not read there, or damaged",
  large: "larger than a gigabyte",
  unreadable: "unreadable",
  "odd name": "names with line ends",
} as const;

/** What the login may read is less than what root reads. */
function kitText({ host, kit }: ScannedHost, color: Colors): string {
  if (kit === undefined || kit.values === 0) return "";
  const others = `${count(kit.values, "value")} that it does not hold`;
  if (kit.state === "impossible")
    return `${color.yellow("!")} ${host}: ${others} can't be looked for there: that takes perl\n`;
  if (kit.state === "failed") return `${color.yellow("!")} ${host}: the search for ${others} failed\n`;
  const unread = kit.unread === 0 ? "" : `, ${count(kit.unread, "place")} left that the login may not read`;
  const end = kit.state === "cut" ? ", and not to the end" : "";
  return color.dim(
    `${host}: ${others} looked for with a kit: ${count(kit.looked.files ?? 0, "file")}${unread}${end}\n`,
  );
}

function unsoughtText({ unsought }: ScannedHost, warn: (text: string) => string): string {
  if (unsought.length === 0) return "";
  const names = unsought.slice(0, 5);
  const more = unsought.length > 5 ? [`${unsought.length - 5} more`] : [];
  return warn(`not looked for there, it does not hold them: ${[...names, ...more].join(", ")}`);
}

function listText(what: string, names: readonly string[], color: Colors): string {
  return names.length === 0 ? "" : `${color.yellow("!")} not looked for, ${what}: ${names.join(", ")}\n`;
}
