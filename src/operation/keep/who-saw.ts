import type { AuditEntry } from "#audit";
import { targetId } from "#contract";
import type { Fingerprint } from "#kernel";
import type { EnvironmentStore, ReadTransaction, Version } from "#store";
import { demand } from "../authority.ts";
import { recallEnvironment, type Context } from "../context.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { lastReleases } from "../deploy/last-release.ts";
import { checkName } from "../value/set-value.ts";
import { personFrom, personOf, type Person, type Use, type Uses } from "./person.ts";
import { showing, sightingsOf } from "./sighting.ts";

export interface WhoSawRequest {
  /** as the log has them, or without where from: `anna` is `account:anna` and `anna@ops1` as well */
  readonly actor?: string;
  readonly name?: string;
}

export interface WhoSaw {
  /** whoever saw most of what is still in use comes first */
  readonly people: readonly Person[];
}

/** From the log: which version of which secret each person saw or could have seen, and whether it is still in use. */
export async function whoSaw(context: Context, { actor, name }: WhoSawRequest = {}): Promise<WhoSaw> {
  demand(context, "operator");
  if (name !== undefined) checkName(name);
  const { services } = (await loadDeployed(context)).platform;
  const targets = services.flatMap((service) => service.hosts.map((host) => targetId(service.name, host)));
  const key = `sightings at ${targets.join()}`;
  const { sightings, uses } = await recallEnvironment(context, key, (environment, tx) =>
    readSightings(context, { environment, tx }, targets),
  );
  const wanted = sightings.filter(
    (one) =>
      (name === undefined || one.version.name === name) &&
      (actor === undefined || actor === one.actor || actor === personOf(one.actor)),
  );
  const people = [...Map.groupBy(wanted, (one) => personOf(one.actor))].map(([person, seen]) =>
    personFrom(person, seen, uses),
  );
  return { people: people.toSorted((a, b) => b.rotate.length - a.rotate.length || (a.person < b.person ? -1 : 1)) };
}

/** more than any log has */
const everything = 10_000_000;

async function readSightings(
  { environment: name }: Context,
  { environment, tx }: { readonly environment: EnvironmentStore; readonly tx: ReadTransaction },
  targets: readonly string[],
) {
  const entries = [
    ...(await tx.audit.list({ environment: name, actions: showing, limit: everything })),
    ...(await tx.audit.list({ actions: ["store.backup"], limit: everything })).filter((one) => isOf(one, name)),
  ];
  const versions = await environment.values.all();
  const byName = Map.groupBy(versions, (version) => version.name);
  return {
    sightings: entries.flatMap((entry) => sightingsOf(entry, byName)),
    uses: await usesOf(environment, versions, targets),
  };
}

/** A backup is of the whole store; its entry says which environments were in it. */
function isOf({ environment, detail }: AuditEntry, name: string): boolean {
  if (environment !== undefined) return false;
  const { environments } = detail;
  return !Array.isArray(environments) || environments.includes(name);
}

async function usesOf(
  environment: EnvironmentStore,
  versions: readonly Version[],
  targets: readonly string[],
): Promise<Uses> {
  const last = await lastReleases(environment, targets);
  const running = new Set(
    targets.flatMap((target) =>
      (last.get(target)?.target.bindings ?? []).map(({ name, fingerprint }) => markOf({ name, fingerprint })),
    ),
  );
  const present = new Set((await environment.values.present()).map(markOf));
  const uses = new Map<number, Use>();
  for (const version of versions) {
    const mark = markOf(version);
    const state = version.state === "live" ? "replaced" : version.state;
    uses.set(version.id, present.has(mark) ? "present" : running.has(mark) ? "running" : state);
  }
  return uses;
}

/** The same bytes under another number are the same secret. */
function markOf({ name, fingerprint }: { readonly name: string; readonly fingerprint: Fingerprint }): string {
  return `${name} ${fingerprint}`;
}
