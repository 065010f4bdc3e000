import type { Finding } from "#kernel";
import { readDuration } from "./duration.ts";
import type { ManifestDocument } from "./document.ts";
import type { RawEnvironment } from "./schema.ts";
import { nearest } from "./nearest.ts";
import type { FreezeWindow, HostEntry, SourceEntry, Waves } from "../platform.ts";

/** What one environment says about its machines and its rollouts. */
export interface Surroundings {
  readonly hosts: readonly HostEntry[];
  readonly waves: Waves;
  readonly freeze: readonly FreezeWindow[];
  readonly sources: readonly SourceEntry[];
  readonly findings: readonly Finding[];
}

export function readEnvironment(name: string, raw: RawEnvironment, document: ManifestDocument): Surroundings {
  const names = Object.keys(raw.hosts);
  const exclude = raw.exclude ?? [];
  const findings: Finding[] = exclude.flatMap((host, index) => {
    if (names.includes(host)) return [];
    const close = nearest(host, names);
    const message = `exclude names ${host}, which is no host of ${name}${close === undefined ? "" : `, did you mean ${close}?`}`;
    const position = document.locate(["environments", name, "exclude", index]);
    return [{ severity: "error", code: "host-unknown", message, position }];
  });
  if (names.length === 0) {
    const position = document.locate(["environments", name, "hosts"]);
    findings.push({ severity: "error", code: "manifest-missing", message: `${name} has no hosts`, position });
  }
  return {
    hosts: names.map((host) => readHost(host, raw, exclude.includes(host))),
    waves: readWaves(name, raw, document, findings),
    freeze: (raw.freeze ?? []).map(readFreeze),
    sources: (raw.sources ?? ["store"]).map(readSource),
    findings,
  };
}

function readHost(name: string, raw: RawEnvironment, excluded: boolean): HostEntry {
  const entry = raw.hosts[name];
  if (entry === "local") return { name, connection: { kind: "local" }, excluded };
  const config = raw.ssh?.config;
  const address = entry?.address ?? name;
  return { name, connection: { kind: "ssh", address, ...(config === undefined ? {} : { config }) }, excluded };
}

function readWaves(name: string, raw: RawEnvironment, document: ManifestDocument, findings: Finding[]): Waves {
  const sizes = raw.waves === "all" ? (["rest"] as const) : (raw.waves ?? ([1, "rest"] as const));
  const rest = sizes.indexOf("rest");
  if (rest !== -1 && rest < sizes.length - 1) {
    const position = document.locate(["environments", name, "waves", rest]);
    findings.push({
      severity: "error",
      code: "manifest-conflict",
      message: "waves: rest can only be the last",
      position,
    });
  }
  return { sizes, soak: readDuration(raw.soak ?? "0s") };
}

type RawFreeze = NonNullable<RawEnvironment["freeze"]>[number];

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

function readFreeze(window: RawFreeze): FreezeWindow {
  return {
    days: (window.days ?? days).map((day) => days.indexOf(day)),
    from: minutes(window.from),
    until: minutes(window.until),
    reason: window.reason,
  };
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

type RawSource = NonNullable<RawEnvironment["sources"]>[number];

function readSource(source: RawSource): SourceEntry {
  if (typeof source === "string") return { kind: source };
  if ("dotenv" in source) return { kind: "dotenv", path: source.dotenv };
  return { kind: "files", directory: source.files };
}
