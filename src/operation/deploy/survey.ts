import { desirePlatform, type BoundPlatform, type OpenRotation, type Stock } from "#binding";
import type { Platform, Service } from "#contract";
import { addressOf } from "#delivery";
import type { TargetAddress, TargetObservation } from "#host";
import { AppError, type Finding } from "#kernel";
import type { Secret } from "#leak";
import { makePlan, type ObservedTarget, type Plan } from "#plan";
import { rotatedNames, type EnvironmentStore } from "#store";
import { boundContent } from "./bound-content.ts";
import { bundleSources } from "./bundle-source.ts";
import { inEnvironment, type Context, type LoadedPlatform } from "../context.ts";
import type { LookEvent } from "../event.ts";
import { loadDeployed } from "./deployed.ts";
import { selectPart } from "./part.ts";

/** Store, hosts and processes at one moment. */
export interface Survey {
  readonly loaded: LoadedPlatform;
  /** the part of the platform that was asked for */
  readonly platform: Platform;
  readonly bound: BoundPlatform;
  readonly observations: ReadonlyMap<string, TargetObservation>;
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** every present secret of the environment, also of services that were not asked for: to mask and to search */
  readonly secrets: readonly Secret[];
}

/** Binds values, looks at every host of the part, and compares. Changes nothing. `renew`: all of it is to start anew. */
export async function survey(
  context: Context,
  part: readonly string[] = [],
  onLook: (event: LookEvent) => void = () => undefined,
  { renew = false }: { readonly renew?: boolean } = {},
): Promise<Survey> {
  const loaded = await loadDeployed(context);
  const platform = selectPart(loaded.platform, part);
  const sources = await bundleSources(platform, loaded.folder);
  const stock = await inEnvironment(context, readStock);
  const bound = desirePlatform({ platform, stock, sources });
  const looked = await observePlatform(context, platform, onLook);
  const plan = makePlan({
    environment: context.environment,
    desired: bound.targets.map(({ desired }) => desired),
    observed: looked.observed,
    bound: await boundContent(context, looked.observed),
    barred: await inEnvironment(context, ({ releases }) => releases.barred()),
    // also when only one side is asked for: that is when calls fail
    shared: sharedSecrets(loaded.platform.services, stock),
    ...(renew ? { renewed: new Set(bound.targets.map(({ desired }) => desired.target)) } : {}),
  });
  return {
    loaded,
    platform,
    bound,
    observations: looked.observations,
    plan,
    findings: [...loaded.findings, ...bound.findings],
    secrets: [...secretsOf(stock), ...composedSecrets(bound)],
  };
}

interface Looked {
  readonly observed: readonly ObservedTarget[];
  readonly observations: ReadonlyMap<string, TargetObservation>;
}

/** Looks at every target of a platform that is not excluded, host by host at once. A machine that is away is told, not thrown. */
export async function observePlatform(
  context: Context,
  platform: Platform,
  onLook: (event: LookEvent) => void = () => undefined,
): Promise<Looked> {
  const addresses = addressesByHost(platform);
  const isAsked = ({ name, excluded }: Platform["hosts"][number]): boolean => !excluded && addresses.has(name);
  onLook({ kind: "look", hosts: platform.hosts.filter(isAsked).map(({ name }) => name) });
  const hosts = await Promise.all(
    platform.hosts.map(async (entry) => {
      const looked = await observeHost(context, entry, addresses.get(entry.name) ?? []);
      const away = looked.observed.some(({ kind }) => kind === "unreachable");
      if (isAsked(entry)) onLook({ kind: "looked", host: entry.name, state: away ? "unreachable" : "seen" });
      return looked;
    }),
  );
  return {
    observed: hosts.flatMap(({ observed }) => observed),
    observations: new Map(hosts.flatMap(({ observations }) => [...observations])),
  };
}

/** Everything the environment's store holds now, opened. A row that can't be opened is left out and found later. */
export async function readStock(environment: EnvironmentStore): Promise<Stock> {
  const present = await environment.values.present();
  const rotations = await readRotations(environment);
  const before = [...rotations.values()].map(({ from }) => from.id);
  const { opened } = await environment.values.openAll([...present.map(({ id }) => id), ...before]);
  return {
    versions: Map.groupBy(present, ({ name }) => name),
    opened,
    grants: await environment.grants.list(),
    rotations,
    fingerprint: (name, value) => environment.fingerprint(name, value),
  };
}

async function readRotations({ rotations, values }: EnvironmentStore): Promise<ReadonlyMap<string, OpenRotation>> {
  const found = new Map<string, OpenRotation>();
  for (const open of await rotations.open()) {
    const { name: lead, companion, compromised, steps, step, startedAt } = open;
    const pair = companion === undefined ? {} : { pair: [lead, companion.name] as const };
    for (const { name, from, to } of rotatedNames(open)) {
      const [before, behind] = [await values.find(from), await values.find(to)];
      if (before === undefined || behind === undefined) continue;
      found.set(name, { from: before, to: behind, ...pair, compromised, steps, step, startedAt });
    }
  }
  return found;
}

function secretsOf({ versions, opened, rotations = new Map() }: Stock): readonly Secret[] {
  const before = [...rotations.values()].map(({ from }) => from);
  return [...[...versions.values()].flat(), ...before].flatMap(({ id, name, number, sensitive }) => {
    const value = opened.get(id);
    return sensitive && value !== undefined ? [{ name, version: number, value }] : [];
  });
}

/** Text of manifest and contract that refers to a secret is one too. */
function composedSecrets({ targets }: BoundPlatform): readonly Secret[] {
  return targets.flatMap(({ variables }) =>
    variables.flatMap(({ name, value, sensitive, version }) =>
      sensitive && version === undefined ? [{ name, value }] : [],
    ),
  );
}

function addressesByHost({ services }: Platform): ReadonlyMap<string, readonly TargetAddress[]> {
  const places = services.flatMap((service) =>
    service.hosts.map((host) => ({ host, address: addressOf(service, host) })),
  );
  const byHost = Map.groupBy(places, ({ host }) => host);
  return new Map([...byHost].map(([host, found]) => [host, found.map(({ address }) => address)]));
}

async function observeHost(
  context: Context,
  entry: Platform["hosts"][number],
  targets: readonly TargetAddress[],
): Promise<Looked> {
  if (targets.length === 0) return { observed: [], observations: new Map() };
  if (entry.excluded) {
    return { observed: targets.map(({ id }) => ({ kind: "excluded", target: id })), observations: new Map() };
  }
  try {
    const answers = await context.connect(entry).observe(targets);
    return {
      observed: answers.map((state) => ({ kind: "observed", target: state.target, state })),
      observations: new Map(answers.map((state) => [state.target, state])),
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    return {
      observed: targets.map(({ id }) => ({ kind: "unreachable", target: id, code, message, hint })),
      observations: new Map(),
    };
  }
}

/** Secrets that the manifest says are presented by one service and verified by another. The steps of a rotation cut nobody off. */
function sharedSecrets(
  services: readonly Service[],
  { rotations = new Map() }: Stock,
): ReadonlyMap<string, readonly string[]> {
  const names = new Set(services.flatMap(({ presents, verifies }) => [...presents, ...verifies]));
  const holders = [...names]
    .filter((name) => !rotations.has(name))
    .map((name): [string, string[]] => [
      name,
      services
        .filter(({ presents, verifies }) => presents.includes(name) || verifies.includes(name))
        .map((s) => s.name),
    ]);
  return new Map(holders);
}
