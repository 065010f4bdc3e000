import { placeOf, versionFor } from "#binding";
import type { Platform, Service } from "#contract";
import { AppError, type Finding, type Fingerprint } from "#kernel";
import { cutWaves } from "#rollout";
import { holdersOf, stepsOf, type Holder } from "#rotation";
import type { EnvironmentStore, RotationPhase, Scope, Version } from "#store";
import { loadDeployed } from "../deploy/deployed.ts";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { restartTime } from "./restart-time.ts";

export interface RotationQuestion {
  readonly name: string;
  readonly scope: Scope;
  /** somebody else may know the value */
  readonly compromised: boolean;
}

/** What a rotation would do, before anything happens. Fingerprints only. */
export interface RotationPlan extends RotationQuestion {
  readonly from: { readonly number: number; readonly fingerprint: Fingerprint };
  readonly holders: readonly Holder[];
  readonly steps: readonly PlannedStep[];
  /** an estimate of the whole, milliseconds: restarts as they were lately, soaks and quiet times */
  readonly atLeast: number;
  /** what it breaks, and what it can't prove */
  readonly warnings: readonly Finding[];
}

interface PlannedStep {
  readonly phase: RotationPhase;
  readonly services: readonly string[];
  /** hosts, each restarted as often as it has instances */
  readonly targets: readonly string[];
  readonly restarts: number;
  /** an estimate, milliseconds */
  readonly takes: number;
}

/** A plan and what it was made from. */
export interface Prepared {
  readonly plan: RotationPlan;
  readonly version: Version;
  readonly platform: Platform;
}

/** NOT_FOUND where nothing is stored there; ROTATION_REFUSED where nothing holds it. */
export async function prepareRotation(context: Context, question: RotationQuestion): Promise<Prepared> {
  const { platform } = await loadDeployed(context);
  return inEnvironment(context, async (environment) => {
    const version = await presentVersion(environment, question);
    const services = await holdingServices(environment, platform, version);
    const { name, compromised } = question;
    const grants = await environment.grants.list();
    const holders = holdersOf(services, name, (service) =>
      grants.some((grant) => grant.kind === "hold" && grant.service === service && grant.name === name),
    );
    if (holders.length === 0) {
      throw new AppError("ROTATION_REFUSED", `no service of ${context.environment} has ${name}`, {
        hint: `\`keyturn set ${name}\` gives it another value`,
      });
    }
    const perRestart = await restartTime(environment);
    const steps = stepsOf(holders, { compromised }).map((step): PlannedStep => {
      const own = services.filter(({ base }) => step.services.includes(base));
      const together = step.phase === "swap";
      return {
        ...step,
        targets: own.flatMap(({ name: service, hosts }) => hosts.map((host) => `${service}@${host}`)),
        restarts: own.reduce((sum, service) => sum + service.hosts.length * instanceCount(service), 0),
        takes: timeOf(platform, own, { perRestart, together }),
      };
    });
    const { number, fingerprint } = version;
    const plan: RotationPlan = {
      ...question,
      from: { number, fingerprint },
      holders,
      steps,
      atLeast: steps.reduce((sum, { takes }) => sum + takes, 0) + quietTime(services, name),
      warnings: [...warningsOf(services, holders, steps, question), ...sourceWarnings(platform, version)],
    };
    return { plan, version, platform };
  });
}

/** What `rotate` would do. Reads only. */
export async function planRotation(context: Context, question: RotationQuestion): Promise<RotationPlan> {
  demand(context, "viewer");
  return (await prepareRotation(context, question)).plan;
}

async function presentVersion(environment: EnvironmentStore, { name, scope }: RotationQuestion): Promise<Version> {
  const history = await environment.values.history(name, scope);
  const present = history.findLast(({ state }) => state === "live");
  if (present !== undefined) return present;
  throw new AppError("NOT_FOUND", `nothing is stored for ${name} there`, {
    hint: `\`keyturn history ${name}\` shows every version and where it applies`,
  });
}

/** With the hosts alone on which this version is the one that applies. */
async function holdingServices(
  environment: EnvironmentStore,
  platform: Platform,
  { id, name }: Version,
): Promise<readonly Service[]> {
  const present = (await environment.values.present()).filter((version) => version.name === name);
  const isGiven = (service: Service, host: string) => versionFor(present, placeOf(service, host))?.winner.id === id;
  return platform.services.flatMap((service) => {
    const hosts = service.hosts.filter((host) => isGiven(service, host));
    return hosts.length === 0 ? [] : [{ ...service, hosts }];
  });
}

function instanceCount({ runtime }: Service): number {
  return "instances" in runtime ? runtime.instances.length : 1;
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
      group.flatMap((service) => service.hosts.map((host) => ({ host, count: instanceCount(service) }))),
      ({ host }) => host,
    );
    const perHost = [...hosts.values()].map((own) => own.reduce((sum, { count }) => sum + count, 0) * perRestart);
    const waves = cutWaves(perHost, together ? ["rest"] : sizes);
    return waves.reduce((sum, wave) => sum + Math.max(0, ...wave), 0) + waves.length * soak;
  });
  return times.reduce((sum, time) => sum + time, 0);
}

/** How long the verifiers are asked to have seen nothing of the old value. */
function quietTime(services: readonly Service[], name: string): number {
  return Math.max(0, ...services.map(({ verifying }) => verifying.get(name)?.quiet ?? 0));
}

function warningsOf(
  services: readonly Service[],
  holders: readonly Holder[],
  steps: readonly PlannedStep[],
  { name, compromised }: RotationQuestion,
): readonly Finding[] {
  const warn = (code: string, message: string, hint: string): Finding => ({ severity: "warning", code, message, hint });
  const swap = steps.find(({ phase }) => phase === "swap");
  const refusing = holders.filter(
    ({ role, slots }) => role !== "presents" && (slots.next ?? slots.previous) === undefined,
  );
  const unproved = services.filter(({ verifies, verifying }) => {
    return verifies.includes(name) && verifying.get(name)?.probe === undefined;
  });
  const unseen = services.filter(({ verifies, verifying }) => {
    return verifies.includes(name) && verifying.get(name)?.report === undefined;
  });
  const names = (list: readonly { readonly base: string }[]) => [...new Set(list.map(({ base }) => base))].join(", ");
  return [
    ...(swap === undefined
      ? []
      : [
          warn(
            "window",
            compromised
              ? `calls between ${swap.services.join(", ")} fail while they change, about ${seconds(swap.takes)}: a compromised value gets no overlap`
              : `${refusing.map(({ service }) => service).join(", ")} can't take two values: calls to it fail for about ${seconds(swap.takes)}`,
            `teach it to: \`@accepts=${name}_PREVIOUS\` in its .env.example, docs/rotation.md`,
          ),
        ]),
    ...(unproved.length === 0
      ? []
      : [
          warn(
            "no-probe",
            `no call proves that ${names(unproved)} takes the value: only processes and health checks are looked at`,
            `\`verifies: { ${name}: { probe: … } }\` in keyturn.yaml, docs/rotation.md`,
          ),
        ]),
    ...(unseen.length === 0
      ? []
      : [
          warn(
            "no-report",
            `${names(unseen)} does not report which value it is shown: a caller that nobody named would be missed`,
            `\`verifies: { ${name}: { report: … } }\` in keyturn.yaml, docs/rotation.md`,
          ),
        ]),
    ...holders
      .filter(({ derived }) => derived !== undefined)
      .map(({ service, derived, instances }) =>
        warn("derived", `${derived} of ${instances} ${service} follows from it: they are made anew`, "nothing to do"),
      ),
  ];
}

/** The next apply takes values over from there first. */
function sourceWarnings({ sources }: Platform, { name, origin }: Version): readonly Finding[] {
  if (sources.every(({ kind }) => kind === "store") || ["prompt", "stdin", "generated"].includes(origin)) return [];
  const message = `${name} came from ${origin}, which would bring the old value again: the next apply refuses it`;
  return [{ severity: "warning", code: "source", message, hint: `take ${name} out of it before that` }];
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}
