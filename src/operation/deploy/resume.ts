import type { TargetObservation } from "#host";
import { AppError } from "#kernel";
import { halfwayFirst } from "#rollout";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { ownerOf } from "../owner.ts";
import type { ApplyResult } from "./apply.ts";
import { carryOut, type Watcher } from "./carry-out.ts";
import { buildBundles, makeDeliveries } from "./deliver-targets.ts";
import { findInterrupted, remainderOf, takeUp, type Interrupted, type Remainder } from "./interrupted.ts";
import { refuseLost, withLease, type HeldLease } from "./lease.ts";
import { refuseFenced } from "./refuse-fenced.ts";
import { refuseUnfit } from "./refuse-unfit.ts";
import { survey, type Survey } from "./survey.ts";
import { withoutCode } from "./values-only.ts";

export interface ResumeRequest extends Watcher {
  /** only this one; ROLLOUT_STATE when it is not open */
  readonly rollout?: string;
  /** as it was begun: see {@link ApplyRequest} */
  readonly valuesOnly?: boolean;
  readonly confirm: (remainder: Remainder) => Promise<boolean>;
}

/**
 * Goes on with the rollout that was stopped or killed, with the plan and the release that were confirmed then: targets
 * that had passed their gate are left alone, the others are delivered again, and what fails goes back everywhere.
 * ROLLOUT_CHANGED when store or manifest want something else by now.
 */
export async function resumeRollout(context: Context, request: ResumeRequest): Promise<ApplyResult> {
  demand(context, "operator");
  return withLease(context, "apply --resume", (lease) => resumeUnder(context, lease, request));
}

/** As {@link resumeRollout}, for one who holds the lease already. */
export async function resumeUnder(context: Context, lease: HeldLease, request: ResumeRequest): Promise<ApplyResult> {
  const interrupted = await findInterrupted(context, request.rollout);
  const { release } = interrupted;
  const now = await survey(
    context,
    interrupted.plan.changes.map(({ target }) => target),
    request.onEvent,
  );
  const open = asFound(interrupted, now);
  const { earlier, plan } = open;
  const services = request.valuesOnly === true ? now.platform.services.map(withoutCode) : now.platform.services;
  const found = { ...now, plan, platform: { ...now.platform, services } };
  await refuseFenced(context, found, lease.number);
  refuseUnfit(now);
  refuseChanged(open, now);
  if (!(await request.confirm(remainderOf(open)))) return { kind: "cancelled", plan };
  const bundles = await buildBundles(context, found, request.onEvent);
  await refuseLost(context, lease);
  const begun = await takeUp(context, open, {
    action: "rollout.resume",
    lease,
    owner: await ownerOf(context, found.platform),
  });
  request.onBegun?.(begun.id);
  const deliveries = makeDeliveries(context, found, release, bundles);
  const outcome = await carryOut(context, { begun, found, deliveries, lease, watcher: request, earlier });
  return { kind: "rolled-out", plan, release: release.number, outcome };
}

/**
 * What may be down comes first. What was finished may have gone back since, while the store could not be reached and nothing was written down: what runs
 * decides, and not the journal.
 */
function asFound(open: Interrupted, { observations }: Survey): Interrupted {
  const { earlier, release } = open;
  const digests = new Map(release.targets.map(({ target, digest }) => [target, digest]));
  const finished = new Set(
    [...earlier.finished].filter((target) => isThere(observations.get(target), digests.get(target))),
  );
  const changes = open.plan.changes.map((change) => {
    return halfwayFirst(change, earlier, observations.get(change.target)?.instances);
  });
  return { ...open, plan: { ...open.plan, changes }, earlier: { ...earlier, finished } };
}

/** A machine that says nothing is told of elsewhere. */
function isThere(found: TargetObservation | undefined, digest: string | undefined): boolean {
  if (found === undefined) return true;
  return found.record?.digest === digest && found.instances.every(({ carries }) => carries.kind !== "previous");
}

/** What was confirmed is all that may be gone on with. */
function refuseChanged({ release, plan }: Interrupted, { bound }: Survey): void {
  const wanted = new Map(bound.targets.map(({ desired }) => [desired.target, desired.digest]));
  const then = new Map(release.targets.map(({ target, digest }) => [target, digest]));
  const changed = plan.changes.filter(({ target }) => wanted.get(target) !== then.get(target));
  if (changed.length === 0) return;
  const names = changed.map(({ target }) => target).join(", ");
  throw new AppError(
    "ROLLOUT_CHANGED",
    `the store or the manifest wants something else than r${release.number} by now: ${names}`,
  );
}
