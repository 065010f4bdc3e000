import type { BoundTarget } from "#binding";
import type { TargetObservation } from "#host";
import type { Finding } from "#kernel";
import { compareTarget, type Difference } from "#plan";
import { healthOf, type Health } from "#verification";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import type { LookEvent } from "../event.ts";
import { notices } from "./notices.ts";
import { survey, type Survey } from "./survey.ts";

export interface StatusResult {
  readonly platform: string;
  readonly environment: string;
  readonly rows: readonly StatusRow[];
  /** a rollout that did not end: its command was killed, or is at work now */
  readonly open?: { readonly rollout: string; readonly actor: string; readonly startedAt: number };
  readonly findings: readonly Finding[];
}

/** One running instance, or a target without instances (a bundle). */
export interface StatusRow {
  readonly service: string;
  readonly host: string;
  readonly instance: string;
  readonly state: string;
  /** what the running process carries: a release label, or what is wrong with it */
  readonly release: string;
  readonly startedAt?: number;
  readonly health: Health;
  readonly differences: readonly Difference[];
}

/** Store, file on the host and running process side by side, with health, instance by instance. */
export async function platformStatus(
  context: Context,
  part: readonly string[],
  onLook?: (event: LookEvent) => void,
): Promise<StatusResult> {
  demand(context, "viewer");
  const found = await survey(context, part, onLook);
  const rows = await Promise.all(found.bound.targets.map((target) => targetRows(context, found, target)));
  return {
    platform: found.platform.name,
    environment: context.environment,
    rows: rows.flat(),
    ...(await openRollout(context)),
    findings: [...found.findings, ...(await notices(context, found.platform))],
  };
}

async function openRollout(context: Context): Promise<Pick<StatusResult, "open">> {
  const store = await context.openStore();
  const open = await store.transaction(async (tx) => (await tx.environment(context.environment)).rollouts.open());
  if (open === undefined) return {};
  return { open: { rollout: open.id, actor: open.actor, startedAt: open.startedAt } };
}

async function targetRows(context: Context, found: Survey, target: BoundTarget): Promise<readonly StatusRow[]> {
  const { desired } = target;
  const base = { service: desired.service, host: desired.host };
  const away = found.plan.absent.find((absent) => absent.target === desired.target);
  const observation = found.observations.get(desired.target);
  if (away !== undefined || observation === undefined) {
    const row = {
      ...base,
      state: away?.kind ?? "unreachable",
      release: "–",
      health: { kind: "unchecked" } as const,
      differences: [],
    };
    return (desired.instances.length === 0 ? [""] : desired.instances).map((instance) => ({ ...row, instance }));
  }
  const differences = compareTarget(desired, { kind: "observed", target: desired.target, state: observation });
  if (desired.instances.length === 0) {
    const health = await askHealth(context, found, { target, instance: "" });
    return [bundleRow({ ...base, health }, observation, differences)];
  }
  return Promise.all(
    desired.instances.map((instance) => instanceRow(context, { target, observation, instance, differences }, found)),
  );
}

function bundleRow(
  base: Pick<StatusRow, "service" | "host" | "health">,
  { record, file }: TargetObservation,
  differences: readonly Difference[],
): StatusRow {
  const state = file.kind === "missing" ? "missing" : "published";
  return { ...base, instance: "", state, release: record?.release ?? "–", differences };
}

interface Instance {
  readonly target: BoundTarget;
  readonly observation: TargetObservation;
  readonly instance: string;
  readonly differences: readonly Difference[];
}

async function askHealth(
  context: Context,
  { platform }: Survey,
  { target: { service, desired }, instance }: Pick<Instance, "target" | "instance">,
): Promise<Health> {
  const entry = platform.hosts.find(({ name }) => name === desired.host);
  if (entry === undefined) return { kind: "unchecked" };
  return healthOf({ service, host: context.connect(entry), instance, local: entry.connection.kind === "local" });
}

async function instanceRow(context: Context, one: Instance, survey: Survey): Promise<StatusRow> {
  const { target, observation, instance } = one;
  const { service, host } = target.desired;
  const found = observation.instances.find((candidate) => candidate.instance === instance);
  const state = found?.state ?? "missing";
  const health = state === "active" ? await askHealth(context, survey, one) : ({ kind: "unchecked" } as const);
  const differences = one.differences.filter(
    (difference) => !("instance" in difference) || difference.instance === instance,
  );
  // what a reload brings is in no process environment: there the service's own word counts
  const reported = health.kind === "healthy" ? health.release : undefined;
  const missed = found !== undefined && reported !== undefined && reported !== observation.record?.release;
  return {
    service,
    host,
    instance,
    state,
    release: reported ?? carriedRelease(observation, found?.carries.kind),
    health,
    differences: missed ? [...differences, { kind: "process-stale", instance, unit: found.unit }] : differences,
    ...(found?.startedAt === undefined ? {} : { startedAt: found.startedAt }),
  };
}

function carriedRelease({ record, previous }: TargetObservation, carries: string | undefined): string {
  if (carries === "recorded") return record?.release ?? "–";
  if (carries === "previous") return previous?.release ?? "–";
  return carries === "different" ? "other" : "–";
}
