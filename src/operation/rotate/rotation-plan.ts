import { sameScope, type PairNames } from "#binding";
import { instancesOf, isMadeHere, promotes, targetId, type IssuerEntry, type Platform, type Service } from "#contract";
import type { Issuer } from "#issuer";
import type { Finding } from "#kernel";
import { cutWaves } from "#rollout";
import { holdersOf, stepsOf, type Holder } from "#rotation";
import { openHint, rotates, type EnvironmentStore, type Rotation, type Version } from "#store";
import { atOnce } from "../deploy/at-once.ts";
import { digestOf } from "../deploy/confirmed.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { declarationsOf } from "../value/declaration.ts";
import { hasRule, isGivenAlone } from "../value/generate-rule.ts";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { issuerOf } from "./intent.ts";
import { quietTime } from "./await-quiet.ts";
import { overlapTime } from "./overlap.ts";
import { holdingServices, presentCompanion, presentVersion, rotatedBy } from "./pair.ts";
import type { PlannedIssuer, PlannedStep, RotationPlan, RotationQuestion } from "./planned.ts";
import { partOf } from "./reach.ts";
import { restartTime } from "./restart-time.ts";
import { pairWarnings, sourceWarnings, warningsOf } from "./rotation-warning.ts";
import { refuseTwin } from "./twin.ts";
import { refuseUnmade } from "./unheld.ts";

/** A plan and what it was made from. */
export interface Prepared {
  readonly plan: RotationPlan;
  readonly version: Version;
  /** of a pair, the other name's */
  readonly companion?: Version;
  readonly platform: Platform;
  /** what it changes, as a part of the platform */
  readonly part: readonly string[];
  /** who makes the value, by the manifest; absent where a person gives it */
  readonly entry?: IssuerEntry;
  /** the rotation that is open, and becomes an emergency */
  readonly open?: Rotation;
}

/**
 * NOT_FOUND where nothing is stored there; ROTATION_REFUSED where no service has it and nobody makes another value. Of a
 * value that is found to be compromised while it is being rotated, what is left to do at once. `by`: made by this issuer,
 * whatever the manifest says by now.
 */
export async function prepareRotation(
  context: Context,
  asked: RotationQuestion,
  { given = false, by }: { readonly given?: boolean; readonly by?: IssuerEntry } = {},
): Promise<Prepared> {
  const { platform } = await loadDeployed(context);
  const open = asked.compromised ? await gentleRotation(context, asked) : undefined;
  const rotated = rotatedBy(platform, asked.name, open);
  const entry = by ?? platform.issuers.get(rotated.name);
  const owner = entry === undefined || isMadeHere(entry) ? undefined : await issuerOf(context, entry);
  return inEnvironment(context, async (environment) => {
    const { name, companion: other } = rotated;
    const question = { ...asked, name };
    const issuer = given || open !== undefined ? undefined : owner;
    const { scope, compromised } = question;
    const present = await presentVersion(environment, name, scope);
    const presentOther = await presentCompanion(environment, rotated, scope);
    const both = [present, ...(presentOther === undefined ? [] : [presentOther])];
    for (const one of both) await refuseTwin(environment, one);
    const pair: PairNames | undefined = other === undefined ? undefined : [name, other];
    const before = async (id: number | undefined) => (id === undefined ? undefined : environment.values.find(id));
    const version = (await before(open?.from)) ?? present;
    const companion = (await before(open?.companion?.from)) ?? presentOther;
    const services = await holdingServices(environment, platform, both);
    const grants = await environment.grants.list();
    const mayHold = (service: string): boolean =>
      (pair ?? [name]).every((one) =>
        grants.some((grant) => grant.kind === "hold" && grant.service === service && grant.name === one),
      );
    const promoting = entry !== undefined && promotes(entry);
    // the other side is outside: services neither present it to each other nor take it from each other
    const holders = holdersOf(services, name, mayHold, pair).map((holder) =>
      promoting ? { ...holder, to: [] } : holder,
    );
    if (holders.length === 0 && open === undefined && entry === undefined && !given) refuseUnmade(platform, name);
    const perRestart = await restartTime(environment);
    const steps = stepsOf(holders, { atOnce: compromised || owner?.overlap === false }).map((step): PlannedStep => {
      const own = services.filter(({ base }) => step.services.includes(base));
      const together = step.phase === "swap";
      return {
        ...step,
        targets: own.flatMap(({ name: service, hosts }) => hosts.map((host) => targetId(service, host))),
        restarts: own.reduce((sum, service) => sum + service.hosts.length * instancesOf(service.runtime).length, 0),
        takes: timeOf(platform, own, { perRestart, together }),
      };
    });
    const { number, fingerprint } = version;
    const plan: RotationPlan = {
      ...question,
      from: { number, fingerprint },
      ...(companion === undefined
        ? {}
        : {
            companion: {
              name: companion.name,
              from: { number: companion.number, fingerprint: companion.fingerprint },
            },
          }),
      ...(given || open !== undefined || entry !== undefined ? {} : unmadeIn(platform, question, pair)),
      ...(open === undefined ? {} : { open: { rotation: open.id, step: open.step, of: open.steps.length } }),
      holders,
      steps,
      ...(issuer === undefined ? {} : { issuer: planned(issuer, promoting ? promotionStep(steps) : undefined) }),
      atLeast: steps.reduce((sum, { takes }) => sum + takes, 0) + waitTime(services, steps, question),
      warnings: [
        ...(open === undefined ? await openWarnings(environment, both) : []),
        ...warningsOf(services, holders, steps, {
          ...question,
          ...(owner === undefined
            ? {}
            : { owner: planned(owner, promoting && !given ? promotionStep(steps) : undefined) }),
          ...(promoting && given && owner !== undefined ? { unpromoted: owner.where } : {}),
        }),
        ...(companion === undefined ? [] : pairWarnings(services, holders, [version, companion])),
        ...[version, ...(companion === undefined ? [] : [companion])].flatMap((one) => sourceWarnings(platform, one)),
      ],
    };
    const made = entry === undefined || given ? {} : { entry };
    const part = partOf(platform, services, namesOf(holders));
    return {
      plan,
      version,
      ...(companion === undefined ? {} : { companion }),
      platform,
      part,
      ...made,
      ...(open === undefined ? {} : { open }),
    };
  });
}

function namesOf(holders: readonly Holder[]): readonly string[] {
  return holders.map(({ service }) => service);
}

/** What this plan shows can't begin yet. */
async function openWarnings(
  { rotations }: EnvironmentStore,
  versions: readonly Version[],
): Promise<readonly Finding[]> {
  const open = (await rotations.open()).find((one) => versions.some(({ name }) => rotates(one, name)));
  if (open === undefined) return [];
  const { id, name, actor, step, steps } = open;
  const message = `${actor} is rotating ${name} already (${id}, step ${step} of ${steps.length}): no other begins until that has ended`;
  return [{ severity: "warning", code: "open", message, hint: openHint(name) }];
}

/** A pair is somebody's, and so is what a provider knows: neither is random where nothing says so. */
function unmadeIn(
  platform: Platform,
  { name, scope }: RotationQuestion,
  pair: PairNames | undefined,
): Pick<RotationPlan, "unmade"> {
  const unmade =
    pair === undefined
      ? [name].filter((one) => isGivenAlone(declarationsOf(platform, one, scope)))
      : pair.filter((one) => !hasRule(declarationsOf(platform, one)));
  return unmade.length === 0 ? {} : { unmade };
}

function planned({ does, where, overlap }: Issuer, promotedBehind: number | undefined): PlannedIssuer {
  return { does, where, overlap, ...(promotedBehind === undefined ? {} : { promotedBehind }) };
}

/** The last one before anything is forgotten. Where there are no steps at all, it comes at the end like any revocation. */
function promotionStep(steps: readonly PlannedStep[]): number | undefined {
  if (steps.length === 0) return undefined;
  const forgets = steps.findIndex(({ phase }) => phase === "forget");
  return forgets === -1 ? steps.length : forgets;
}

/** One that is open with an overlap. */
function gentleRotation(
  context: Context,
  { name, scope }: Pick<RotationQuestion, "name" | "scope">,
): Promise<Rotation | undefined> {
  return inEnvironment(context, async ({ rotations }) => {
    const isMeant = (one: Rotation): boolean => rotates(one, name) && sameScope(one.scope, scope);
    return (await rotations.open()).find((one) => isMeant(one) && !one.compromised);
  });
}

/** Stands for everything of a plan but its estimates, which change from one look to the next. */
export function rotationDigest({
  name,
  scope,
  compromised,
  from,
  companion,
  open,
  holders,
  steps,
  warnings,
}: RotationPlan): string {
  const phases = steps.map(({ phase, services, targets }) => ({ phase, services, targets }));
  const codes = warnings.map(({ code }) => code);
  return digestOf([name, companion ?? null, scope, compromised, from, open ?? null, holders, phases, codes]);
}

/** What `rotate` would do. Reads only. */
export async function planRotation(
  context: Context,
  question: RotationQuestion,
  made: { readonly given?: boolean } = {},
): Promise<RotationPlan> {
  demand(context, "viewer");
  return (await prepareRotation(context, question, made)).plan;
}

/** Before anything is forgotten. What is forgotten at once waits for nothing. */
function waitTime(services: readonly Service[], steps: readonly PlannedStep[], { name }: RotationQuestion): number {
  if (!steps.some(({ phase }) => phase === "forget")) return 0;
  return Math.max(quietTime(services, name), overlapTime(services, name));
}

/** Services of one order side by side, hosts in waves, instances of one host one after the other. */
function timeOf(
  { waves: { sizes, soak } }: Platform,
  services: readonly Service[],
  { perRestart, together }: { readonly perRestart: number; readonly together: boolean },
): number {
  const orders = together ? [services] : [...Map.groupBy(services, ({ order }) => order).values()];
  const times = orders.map((group) => {
    const hosts = Map.groupBy(
      group.flatMap((service) => service.hosts.map((host) => ({ host, count: instancesOf(service.runtime).length }))),
      ({ host }) => host,
    );
    const perHost = [...hosts.values()].map((own) => own.reduce((sum, { count }) => sum + count, 0) * perRestart);
    const waves = cutWaves(perHost, together ? atOnce.sizes : sizes);
    return waves.reduce((sum, wave) => sum + Math.max(0, ...wave), 0) + waves.length * soak;
  });
  return times.reduce((sum, time) => sum + time, 0);
}
