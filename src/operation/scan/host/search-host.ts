import type { HostEntry, Platform } from "#contract";
import type { HostEncoding, HostLeft, HostPart, HostSearched, HostWhere } from "#host";
import { AppError, type ErrorCode } from "#kernel";
import type { Scope, Version } from "#store";
import { dirname } from "node:path/posix";
import type { Context } from "../../context.ts";
import type { OpenVersion } from "../open-sensitive.ts";
import { searchForOthers, type HostKit, type KitOnHost } from "./kit-on-host.ts";
import { fileTargets, heldValues, type FileTarget, type HeldValue } from "./held-values.ts";

/** Where a value stands on a host outside of its places. */
export interface HostFinding {
  readonly host: string;
  readonly name: string;
  readonly version: number;
  readonly environment: string;
  readonly scope: Scope;
  readonly state: "live" | "retired" | "compromised";
  readonly encoding: HostEncoding;
  /** lines or entries in which it stands so */
  readonly count: number;
  readonly where: HostWhere;
  /** found with a kit: the host does not hold the value */
  readonly by?: "kit";
}

/** What was looked at on one host, and what was not. */
export interface ScannedHost {
  readonly host: string;
  /**
   * `cut`: its time was over before all was looked at. `local`: its services are processes of this machine, whose files a scan
   * of folders reads. `unasked`: it has containers alone, and no helper. `excluded`: by the manifest.
   */
  readonly state: "searched" | "cut" | "empty" | "local" | "unasked" | "excluded" | "unreachable" | "unprepared";
  /** versions that were looked for: it holds them */
  readonly values: number;
  /** what was done for versions that it does not hold; absent where nothing could be */
  readonly kit?: KitOnHost;
  /** `NAME v3` of versions that it does not hold, and that nobody looked for there */
  readonly unsought: readonly string[];
  readonly looked: Readonly<Partial<Record<HostPart, number>>>;
  readonly left: readonly HostLeft[];
  /** there are more places than it tells */
  readonly more: boolean;
  readonly trouble?: { readonly code: ErrorCode; readonly message: string; readonly hint: string };
}

export interface SearchedHost {
  readonly host: ScannedHost;
  readonly findings: readonly HostFinding[];
}

/** milliseconds that a host may take */
const longest = 15 * 60_000;
/** lines that a helper takes at once */
const mostValues = 10_000;

/** Has one host look for what it holds. What goes wrong there is told, not thrown. */
export async function searchHost(
  context: Context,
  { platform, entry }: { readonly platform: Platform; readonly entry: HostEntry },
  { versions, kit, signal }: Wanted,
): Promise<SearchedHost> {
  const nothing = { host: entry.name, values: 0, looked: {}, left: [], more: false };
  const untouched = { ...nothing, unsought: labelsOf([...versions.values()]) };
  const state = unaskedState(platform, entry);
  if (state !== undefined) return { host: { ...untouched, state }, findings: [] };
  try {
    const targets = fileTargets(platform, entry);
    const host = context.connect(entry);
    const observations = await host.observe(targets.map(({ address }) => address));
    const all = (await heldValues(context, targets, { observations, versions })).slice(0, mostValues);
    const values = all.map(({ searched }) => searched);
    const found = await host.search({ values, limit: longest, ...(signal === undefined ? {} : { signal }) });
    const searched = searchedHost(context, { found, all, versions, nothing });
    if (kit === undefined) return searched;
    const folders = foldersOf(targets);
    const held = new Set(found.held.flatMap((index) => all[index]?.owner.version.id ?? []));
    const limit = longest;
    const others = await searchForOthers(host, kit, {
      folders,
      held,
      limit,
      ...(signal === undefined ? {} : { signal }),
    });
    return withOthers(context, searched, kit, others);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    const away = code === "HOST_UNREACHABLE" || code.startsWith("HOST_KEY_");
    const told = { ...untouched, trouble: { code, message, hint } };
    return { host: { ...told, state: away ? "unreachable" : "unprepared" }, findings: [] };
  }
}

/** What is looked for on every host. */
export interface Wanted {
  readonly versions: ReadonlyMap<number, OpenVersion>;
  readonly kit?: HostKit;
  readonly signal?: AbortSignal;
}

/** As the helper has it: below `/opt`, and where targets are. None of them inside another. */
function foldersOf(targets: readonly FileTarget[]): readonly string[] {
  const all = targets.flatMap(({ address: { runtime } }) => {
    if (runtime.kind === "site") return [runtime.path];
    return runtime.kind === "systemd" || runtime.kind === "compose" ? [dirname(runtime.file.path)] : [];
  });
  const distinct = [...new Set(["/opt", ...all])].filter((path) => path !== "/");
  return distinct.filter((path) => !distinct.some((other) => other !== path && `${path}/`.startsWith(`${other}/`)));
}

function withOthers(
  context: Context,
  { host, findings }: SearchedHost,
  kit: HostKit,
  others: Awaited<ReturnType<typeof searchForOthers>>,
): SearchedHost {
  const sought = new Set([...kit.versions.values()].map(labelOf));
  const isDone = others.kit.state === "searched" || others.kit.state === "cut";
  const unsought = isDone ? host.unsought.filter((label) => !sought.has(label)) : host.unsought;
  const more = others.found.map(({ version, encoding, where }): HostFinding => {
    const { name, number, scope, state } = version;
    const about = { host: host.host, name, version: number, environment: context.environment, scope, state };
    return { ...about, encoding, count: 1, where, by: "kit" };
  });
  return { host: { ...host, unsought, kit: others.kit }, findings: [...findings, ...more] };
}

/** Why nothing can be asked of a host. */
function unaskedState(platform: Platform, entry: HostEntry): ScannedHost["state"] | undefined {
  if (entry.excluded) return "excluded";
  if (fileTargets(platform, entry).length > 0) return undefined;
  return entry.connection.kind === "local" ? "local" : "unasked";
}

interface Outcome {
  readonly found: HostSearched;
  readonly all: readonly HeldValue[];
  readonly versions: ReadonlyMap<number, OpenVersion>;
  readonly nothing: Omit<ScannedHost, "state" | "unsought">;
}

function searchedHost(context: Context, { found, all, versions, nothing }: Outcome): SearchedHost {
  const held = found.held.flatMap((index) => all[index] ?? []);
  const ids = new Set(held.map(({ owner }) => owner.version.id));
  const findings = found.places.flatMap((place) => {
    const told = all[place.value];
    // names and versions may share a value: the host looks for it once
    const owners = held.filter(({ owner }) => told?.owner.value.equals(owner.value));
    const distinct = new Map(owners.map(({ owner: { version } }) => [version.id, version]));
    return [...distinct.values()].map(({ name, number, scope, state }): HostFinding => {
      const { encoding, count, where } = place;
      const { host } = nothing;
      return { host, name, version: number, environment: context.environment, scope, state, encoding, count, where };
    });
  });
  const { looked, left, more, cut } = found;
  const unsought = labelsOf([...versions.values()].filter(({ version }) => !ids.has(version.id)));
  const state = cut ? "cut" : ids.size === 0 ? "empty" : "searched";
  return { host: { ...nothing, state, values: ids.size, unsought, looked, left, more }, findings };
}

function labelsOf(versions: readonly OpenVersion[]): readonly string[] {
  return versions.map(({ version }) => labelOf(version));
}

function labelOf({ name, number }: Pick<Version, "name" | "number">): string {
  return `${name} v${number}`;
}
