import type { Platform, Waves } from "#contract";
import { AppError } from "#kernel";
import type { Plan } from "#plan";
import type { RolloutOutcome } from "#rollout";
import type { EnvironmentStore, Release, Rollout } from "#store";
import { demand } from "../authority.ts";
import { closeAbandoned } from "./abandoned.ts";
import { carryOut, controllerOf, type Begun, type Watcher } from "./carry-out.ts";
import { planDigest, refuseOther } from "./confirmed.ts";
import { inEnvironment, readEnvironment, type Context } from "../context.ts";
import { ownerOf } from "../owner.ts";
import { buildBundles, makeDeliveries, proveDeliveries } from "./deliver-targets.ts";
import { activeFreeze } from "./freeze.ts";
import { importSource, type Imported } from "../value/import-source.ts";
import { refuseLost, withLease, type HeldLease } from "./lease.ts";
import { refuseFenced } from "./refuse-fenced.ts";
import { refuseUnfit } from "./refuse-unfit.ts";
import { bindRelease } from "./release.ts";
import { withoutCode } from "./values-only.ts";
import { survey, type Survey } from "./survey.ts";
import { settleWaiting } from "../setting/settle-waiting.ts";

export interface ApplyRequest extends Watcher {
  /** services, hosts or `service@host`; empty is everything */
  readonly part: readonly string[];
  /** take values from here first: `env`, `dotenv:PATH`, `files:DIR`; otherwise from the manifest's sources */
  readonly source?: string;
  /** everything of the part starts anew, also what is as it should be */
  readonly renew?: boolean;
  /** instead of the manifest's */
  readonly waves?: Waves;
  /** only values change: what fetches code is not run */
  readonly valuesOnly?: boolean;
  /** written down in the transaction that begins the rollout */
  readonly alsoBegin?: (environment: EnvironmentStore, rollout: string) => Promise<void>;
  /** why a freeze window does not count this time; goes into the audit log */
  readonly overrideFreeze?: string;
  /** what was confirmed before, by its digest; PLAN_CHANGED where the plan is another one by now */
  readonly expected?: string;
  /** shown the plan before anything changes; false stops */
  readonly confirm: (plan: Plan, imported: Imported | undefined) => Promise<boolean>;
}

export type ApplyResult =
  | { readonly kind: "nothing"; readonly plan: Plan; readonly imported?: Imported }
  | { readonly kind: "cancelled"; readonly plan: Plan }
  | {
      /** `taken-back`: what an interrupted one had changed went back, as asked */
      readonly kind: "rolled-out" | "taken-back";
      readonly plan: Plan;
      readonly release: number;
      readonly outcome: RolloutOutcome;
      readonly imported?: Imported;
    };

/** Stage, swap, restart, verify, wave by wave; back by itself when a gate fails. One at a time per environment. */
export async function applyPlatform(context: Context, request: ApplyRequest): Promise<ApplyResult> {
  demand(context, "operator");
  const doing = ["apply", ...request.part].join(" ");
  return withLease(context, doing, (lease) => applyUnder(context, lease, request));
}

/** As {@link applyPlatform}, for one who holds the lease already. */
export async function applyUnder(context: Context, lease: HeldLease, request: ApplyRequest): Promise<ApplyResult> {
  if (lease.former !== undefined) request.onEvent({ kind: "taken-over", ...lease.former });
  const abandoned = await closeAbandoned(context);
  if (abandoned !== undefined) request.onEvent({ kind: "abandoned", ...pick(abandoned) });
  const source = request.source ?? (request.valuesOnly ? undefined : await manifestSource(context));
  const imported = source === undefined ? undefined : await importSource(context, source);
  const looked = await survey(context, request.part, request.onEvent, { renew: request.renew ?? false });
  const found = { ...looked, platform: fitted(looked.platform, request) };
  await refuseFenced(context, found, lease.number);
  refuseUnfit(found);
  proveDeliveries(context, found);
  const withImport = imported === undefined ? {} : { imported };
  if (found.plan.changes.length === 0) {
    await settleIfWaiting(context, found);
    return { kind: "nothing", plan: found.plan, ...withImport };
  }
  refuseFrozen(context, found, request.overrideFreeze);
  refuseOther(planDigest(found.plan), request.expected);
  if (!(await request.confirm(found.plan, imported))) return { kind: "cancelled", plan: found.plan };
  const bundles = await buildBundles(context, found, request.onEvent);
  await refuseLost(context, lease);
  const { release, begun } = await begin(context, found, { lease, request });
  request.onBegun?.(begun.id);
  const deliveries = makeDeliveries(context, found, release, bundles);
  const outcome = await carryOut(context, { begun, found, deliveries, lease, watcher: request });
  return { kind: "rolled-out", plan: found.plan, release: release.number, outcome, ...withImport };
}

function fitted(platform: Platform, { waves = platform.waves, valuesOnly }: ApplyRequest): Platform {
  return { ...platform, waves, services: valuesOnly === true ? platform.services.map(withoutCode) : platform.services };
}

/** What only looks takes no write lock. */
async function settleIfWaiting(context: Context, found: Survey): Promise<void> {
  const all = await readEnvironment(context, ({ settings }) => settings.list());
  if (!all.some(({ waits }) => waits !== undefined)) return;
  await inEnvironment(context, (environment) => settleWaiting(environment, found));
}

/** Where keyturn.yaml names sources beside the store, every apply takes their values over first. */
async function manifestSource(context: Context): Promise<"manifest" | undefined> {
  const { platform } = await context.loadPlatform();
  return platform.sources.some(({ kind }) => kind !== "store") ? "manifest" : undefined;
}

function pick({ id, actor, startedAt }: Rollout) {
  return { rollout: id, actor, startedAt };
}

function refuseFrozen(context: Context, { platform }: Survey, override: string | undefined): void {
  const window = activeFreeze(platform.freeze, new Date(context.clock.now()));
  if (window === undefined || override !== undefined) return;
  throw new AppError("FROZEN", `${platform.environment.name} is frozen now: ${window.reason}`);
}

interface Beginning {
  readonly lease: HeldLease;
  readonly request: ApplyRequest;
}

/** Release, journal and audit entry in one transaction: what follows can be told from them after a crash. */
async function begin(
  context: Context,
  found: Survey,
  { lease, request: { overrideFreeze, alsoBegin } }: Beginning,
): Promise<{ readonly release: Release; readonly begun: Begun }> {
  const id = context.makeId("ro");
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
        ...(overrideFreeze === undefined ? {} : { overrideFreeze }),
      },
    });
    await settleWaiting(environment, found);
    await alsoBegin?.(environment, id);
    const controller = await controllerOf({ environment, tx }, owner, lease);
    return { release, begun: { id, release: release.number, controller } };
  });
}
