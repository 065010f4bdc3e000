import type { HostEntry, Platform } from "#contract";
import { buildNeedles, unsearchableNames } from "#leak";
import { AppError } from "#kernel";
import { demand } from "../../authority.ts";
import { inEnvironment, type Context } from "../../context.ts";
import { loadDeployed } from "../../deploy/deployed.ts";
import type { LookEvent } from "../../event.ts";
import { keepHostFindings } from "../../finding/keep-host-findings.ts";
import type { Kept } from "../../finding/keep-findings.ts";
import { openSensitive, secretOf, type OpenVersion } from "../open-sensitive.ts";
import { makeHostKit, type HostKit } from "./kit-on-host.ts";
import { searchHost, type HostFinding, type ScannedHost, type SearchedHost } from "./search-host.ts";

export interface HostScanRequest {
  /** every host of the environment when none is named */
  readonly hosts: readonly string[];
  /** what is found is kept in the store */
  readonly keep?: boolean;
  readonly signal?: AbortSignal;
}

/** Where values stand on hosts; nothing of what stands there. */
export interface HostScanResult {
  readonly of: "hosts";
  readonly environment: string;
  readonly hosts: readonly ScannedHost[];
  readonly findings: readonly HostFinding[];
  /** versions of the environment that can be looked for */
  readonly values: number;
  /** `NAME v3` of values shorter than eight bytes: not looked for */
  readonly unsearchable: readonly string[];
  /** `NAME v3` of rows that could not be opened: not looked for */
  readonly unopened: readonly string[];
  /** what became of it in the store, where it was to be kept */
  readonly kept?: Kept;
}

/** hosts at work at once: each has its connections, and this machine its processors */
const atOnce = 8;

/**
 * Has hosts look for the values that they hold, in their journal, containers' logs and folders. No value goes to a host that does
 * not have it, and no text of a host comes here. The audit entry is on disk before a host is asked.
 */
export async function scanHosts(
  context: Context,
  { hosts, keep = false, signal }: HostScanRequest,
  onLook: (event: LookEvent) => void = () => undefined,
): Promise<HostScanResult> {
  demand(context, "admin");
  const { platform } = await loadDeployed(context);
  const chosen = chosenHosts(platform, hosts);
  const { versions, kit, ...opened } = await openVersions(context, chosen);
  const wanted = { versions, ...(kit === undefined ? {} : { kit }), ...(signal === undefined ? {} : { signal }) };
  onLook({ kind: "look", hosts: chosen.map(({ name }) => name) });
  const searched = await inTurn(chosen, async (entry) => {
    signal?.throwIfAborted();
    const one = await searchHost(context, { platform, entry }, wanted);
    onLook({ kind: "looked", host: entry.name, state: one.host.trouble === undefined ? "seen" : "unreachable" });
    return one;
  });
  const result = {
    hosts: searched.map(({ host }) => host),
    findings: searched.flatMap(({ findings }) => findings),
  };
  const needles = () => buildNeedles([...versions.values()].map((one) => secretOf(one, context.environment)));
  const kept = keep ? { kept: await keepHostFindings(context, { ...result, needles }) } : {};
  return { of: "hosts", environment: context.environment, ...result, values: versions.size, ...opened, ...kept };
}

function chosenHosts({ hosts }: Platform, names: readonly string[]): readonly HostEntry[] {
  const unknown = names.find((name) => !hosts.some((host) => host.name === name));
  if (unknown !== undefined) {
    const hint = `there are ${hosts.map(({ name }) => name).join(", ")}`;
    throw new AppError("NOT_FOUND", `no host is called ${unknown}`, { hint });
  }
  return names.length === 0 ? hosts : hosts.filter(({ name }) => names.includes(name));
}

interface Opened extends Pick<HostScanResult, "unsearchable" | "unopened"> {
  readonly versions: ReadonlyMap<number, OpenVersion>;
  readonly kit: HostKit | undefined;
}

function openVersions(context: Context, hosts: readonly HostEntry[]): Promise<Opened> {
  const { actor, environment } = context;
  return inEnvironment(context, async ({ values }, tx) => {
    const { opened, unopened } = await openSensitive(values);
    const short = opened.filter(({ version: { name }, value }) => unsearchableNames([{ name, value }]).length > 0);
    const long = opened.filter((one) => !short.includes(one));
    const detail = { of: "hosts", hosts: hosts.map(({ name }) => name), versions: long.length };
    await tx.audit.append({ actor, environment, action: "value.scan", subject: environment, detail });
    return {
      kit: await makeHostKit(tx, environment, context.clock.now()),
      versions: new Map(long.map((one) => [one.version.id, one])),
      unsearchable: short.map(({ version: { name, number } }) => `${name} v${number}`),
      unopened,
    };
  });
}

/** In the order of the entries, so many at once. */
async function inTurn(
  entries: readonly HostEntry[],
  work: (entry: HostEntry) => Promise<SearchedHost>,
): Promise<readonly SearchedHost[]> {
  const found = new Map<HostEntry, SearchedHost>();
  const waiting = [...entries];
  const next = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      found.set(entry, await work(entry));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, entries.length) }, next));
  return entries.flatMap((entry) => found.get(entry) ?? []);
}
