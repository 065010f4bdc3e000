import type { Bundle } from "#delivery";
import { formatHead } from "#audit";
import type { Controller } from "#host";
import { AppError } from "#kernel";
import { buildMatcher, lineMask } from "#leak";
import type { Plan } from "#plan";
import { rollOut, type RolloutEvent, type RolloutOutcome } from "#rollout";
import type { Release, Rollout } from "#store";
import { closeAbandoned } from "./abandoned.ts";
import { inEnvironment, type Context } from "../context.ts";
import { ownerOf } from "../owner.ts";
import { buildBundles, makeDeliveries, proveDeliveries } from "./deliver-targets.ts";
import { activeFreeze } from "./freeze.ts";
import { importSource, type Imported } from "../value/import-source.ts";
import { withLease, type HeldLease } from "./lease.ts";
import { refuseFenced } from "./refuse-fenced.ts";
import { refuseUnfit } from "./refuse-unfit.ts";
import { bindRelease } from "./release.ts";
import { survey, type Survey } from "./survey.ts";

export interface ApplyRequest {
  /** services, hosts or `service@host`; empty is everything */
  readonly part: readonly string[];
  /** take values from here first: `env`, `dotenv:PATH`, `files:DIR`; otherwise from the manifest's sources */
  readonly source?: string;
  /** why a freeze window does not count this time; goes into the audit log */
  readonly overrideFreeze?: string;
  /** shown the plan before anything changes; false stops */
  readonly confirm: (plan: Plan, imported: Imported | undefined) => Promise<boolean>;
  readonly onEvent: (event: RolloutEvent) => void;
  readonly signal?: AbortSignal;
}

export type ApplyResult =
  | { readonly kind: "nothing"; readonly plan: Plan; readonly imported?: Imported }
  | { readonly kind: "cancelled"; readonly plan: Plan }
  | {
      readonly kind: "rolled-out";
      readonly plan: Plan;
      readonly release: number;
      readonly outcome: RolloutOutcome;
      readonly imported?: Imported;
    };

/** Stage, swap, restart, verify, wave by wave; back by itself when a gate fails. One at a time per environment. */
export async function applyPlatform(context: Context, request: ApplyRequest): Promise<ApplyResult> {
  const doing = ["apply", ...request.part].join(" ");
  return withLease(context, doing, (lease) => applyUnder(context, lease, request));
}

/** As {@link applyPlatform}, for one who holds the lease already. */
export async function applyUnder(context: Context, lease: HeldLease, request: ApplyRequest): Promise<ApplyResult> {
  if (lease.former !== undefined) request.onEvent({ kind: "taken-over", ...lease.former });
  const abandoned = await closeAbandoned(context);
  if (abandoned !== undefined) request.onEvent({ kind: "abandoned", ...pick(abandoned) });
  const source = request.source ?? (await manifestSource(context));
  const imported = source === undefined ? undefined : await importSource(context, source);
  const found = await survey(context, request.part);
  await refuseFenced(context, found, lease.number);
  refuseUnfit(found);
  proveDeliveries(context, found);
  const withImport = imported === undefined ? {} : { imported };
  if (found.plan.changes.length === 0) return { kind: "nothing", plan: found.plan, ...withImport };
  refuseFrozen(context, found, request.overrideFreeze);
  if (!(await request.confirm(found.plan, imported))) return { kind: "cancelled", plan: found.plan };
  const bundles = await buildBundles(context, found, request.onEvent);
  await refuseLost(context, lease);
  const { release, outcome } = await carryOut(context, found, { lease, request, bundles });
  return { kind: "rolled-out", plan: found.plan, release, outcome, ...withImport };
}

/** Where keyturn.yaml names sources beside the store, every apply takes their values over first. */
async function manifestSource(context: Context): Promise<"manifest" | undefined> {
  const { platform } = await context.loadPlatform();
  return platform.sources.some(({ kind }) => kind !== "store") ? "manifest" : undefined;
}

function pick({ id, actor, startedAt }: Rollout) {
  return { rollout: id, actor, startedAt };
}

/** A question or a build may take its time: what was planned counts only while nobody else was at work. */
async function refuseLost({ environment }: Context, lease: HeldLease): Promise<void> {
  if (await lease.renew()) return;
  throw new AppError("LEASE_HELD", `another operator has changed ${environment} meanwhile, nothing was touched`, {
    hint: "run the command again: it plans anew",
  });
}

function refuseFrozen(context: Context, { platform }: Survey, override: string | undefined): void {
  const window = activeFreeze(platform.freeze, new Date(context.clock.now()));
  if (window === undefined || override !== undefined) return;
  throw new AppError("FROZEN", `${platform.environment.name} is frozen now: ${window.reason}`);
}

interface Work {
  readonly lease: HeldLease;
  readonly request: ApplyRequest;
  readonly bundles: ReadonlyMap<string, Bundle>;
}

async function carryOut(
  context: Context,
  found: Survey,
  { lease, request, bundles }: Work,
): Promise<{ readonly release: number; readonly outcome: RolloutOutcome }> {
  const id = context.makeId("ro");
  const { release, controller } = await begin(context, found, { id, lease, request });
  try {
    const outcome = await rollOut({
      deliveries: makeDeliveries(context, found, release, bundles),
      services: new Map(found.platform.services.map((service) => [service.name, service])),
      hosts: new Map(
        found.platform.hosts.filter(({ excluded }) => !excluded).map((host) => [host.name, context.connect(host)]),
      ),
      controller,
      waves: found.platform.waves,
      journal: { append: (step) => inEnvironment(context, ({ rollouts }) => rollouts.append(id, step)) },
      renew: lease.renew,
      clock: context.clock,
      mask: lineMask(() => buildMatcher(found.secrets)),
      onEvent: request.onEvent,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    await finish(context, { id, release: release.number, outcome });
    return { release: release.number, outcome };
  } catch (error) {
    // its end is written down in any case; where even that fails, the next apply does it
    await closeAbandoned(context, id).catch(() => undefined);
    throw error;
  }
}

interface Beginning extends Pick<Work, "lease" | "request"> {
  readonly id: string;
}

/** Release, journal and audit entry in one transaction: what follows can be told from them after a crash. */
async function begin(
  context: Context,
  found: Survey,
  { id, lease, request }: Beginning,
): Promise<{ readonly release: Release; readonly controller: Controller }> {
  const owner = await ownerOf(context, found.platform);
  return inEnvironment(context, async (environment, tx) => {
    const release = await bindRelease(environment, found, context.actor, "apply");
    await environment.rollouts.begin({
      id,
      kind: "apply",
      release: release.number,
      plan: found.plan,
      actor: context.actor,
    });
    await tx.audit.append({
      actor: context.actor,
      action: "rollout.begin",
      environment: context.environment,
      subject: `r${release.number}`,
      detail: {
        rollout: id,
        targets: found.plan.changes.map(({ target }) => target),
        ...(request.overrideFreeze === undefined ? {} : { overrideFreeze: request.overrideFreeze }),
      },
    });
    const auditHead = formatHead(await tx.audit.head());
    return { release, controller: { owner, epoch: environment.row.epoch, lease: lease.number, auditHead } };
  });
}

interface Ending {
  readonly id: string;
  readonly release: number;
  readonly outcome: RolloutOutcome;
}

async function finish(context: Context, { id, release, outcome }: Ending): Promise<void> {
  const states = { done: "done", untouched: "failed", returned: "returned", stranded: "return-failed" } as const;
  await inEnvironment(context, async (environment, tx) => {
    // whoever took over has ended it already
    if ((await environment.rollouts.find(id))?.state === "running") {
      await environment.rollouts.finish(id, states[outcome.kind]);
      await environment.releases.setState(release, outcome.kind === "done" ? "good" : "failed");
    }
    await tx.audit.append({
      actor: context.actor,
      action: `rollout.${outcome.kind}`,
      environment: context.environment,
      subject: `r${release}`,
      detail: outcome.kind === "done" ? { rollout: id } : { rollout: id, ...outcome.failure },
    });
  });
}
