import { lineMask, matcherOf, type Needles } from "#leak";
import type { FoundPlace, KeptFinding } from "#store";
import type { Context } from "../context.ts";
import type { HostFinding, ScannedHost } from "../scan/host/search-host.ts";
import { keepIn, type KeptCount } from "./keep-in.ts";
import type { Kept } from "./keep-findings.ts";
import { keptText, seenKey, type Seen } from "./seen.ts";
import { orUnwritten } from "./unwritten.ts";

export interface KeepHostsRequest {
  readonly hosts: readonly ScannedHost[];
  readonly findings: readonly HostFinding[];
  /** a file may be named by what it holds */
  readonly needles: () => Needles;
}

/** Keeps what hosts told of themselves. */
export function keepHostFindings(context: Context, request: KeepHostsRequest): Promise<Kept> {
  return orUnwritten(() => keep(context, request));
}

async function keep(context: Context, { hosts, findings, needles }: KeepHostsRequest): Promise<KeptCount> {
  const mask = lineMask(() => matcherOf(needles()));
  const all = findings.map((one) => seenOn(one, mask));
  const groups = Map.groupBy(all, seenKey);
  const seen = [...groups.values()].flatMap(([first, ...more]): readonly Seen[] => {
    if (first === undefined) return [];
    return [{ ...first, places: more.reduce((sum, { places }) => sum + places, first.places) }];
  });
  const covers = (finding: KeptFinding): boolean => hosts.some((host) => saw(host, finding));
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const environment = await tx.environment(context.environment);
    return keepIn(context, { tx, environment, seen, looked: { covers }, wasLookedFor: () => true }, { of: "hosts" });
  });
}

/** The machine is the host itself, whoever had it look. */
function seenOn(
  { host, name, version, scope, encoding, where, count }: HostFinding,
  mask: (text: string) => string,
): Seen {
  const { path, ...spot } = placeOn(where);
  return {
    thing: { kind: "value", name, version, encoding, scope },
    place: { kind: "host", where: host, path: mask(keptText(path)), ...spot },
    places: count,
    present: true,
    machine: host,
    root: "/",
  };
}

function placeOn(where: HostFinding["where"]): Pick<FoundPlace, "path" | "line"> {
  switch (where.kind) {
    case "file":
      return { path: where.path, line: where.line };
    case "container":
      return { path: `container ${where.container}${where.log ?? ""}`, line: where.line };
    case "journal":
      return { path: `journal${where.unit === undefined ? "" : ` of ${where.unit}`}, ${where.field}` };
  }
}

/** It was looked for on this host, to the end. */
function saw({ host, state, more, unsought, left }: ScannedHost, { place, thing }: KeptFinding): boolean {
  if (place.kind !== "host" || place.where !== host || thing.kind !== "value") return false;
  const wasSought = !unsought.includes(`${thing.name} v${thing.version}`);
  const wasRead = !left.some(
    ({ path }) => path === undefined || place.path === path || place.path.startsWith(`${path}/`),
  );
  return state === "searched" && !more && wasSought && wasRead;
}
