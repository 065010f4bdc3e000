import type { Platform } from "#contract";
import { addressOf } from "#delivery";
import { AppError } from "#kernel";
import type { TargetPlan } from "#plan";
import { halfwayFirst, returnHosts, uncertain, type Brought, type Failure, type RolloutOutcome } from "#rollout";
import type { Release } from "#store";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { ownerOf } from "../owner.ts";
import type { ApplyResult } from "./apply.ts";
import { conductOf, finish, type Conducted } from "./carry-out.ts";
import { loadDeployed } from "./deployed.ts";
import { findInterrupted, remainderOf, takeUp, type Interrupted } from "./interrupted.ts";
import { refuseLost, withLease, type HeldLease } from "./lease.ts";
import { selectPart } from "./part.ts";
import { refuseFenced } from "./refuse-fenced.ts";
import type { ResumeRequest } from "./resume.ts";
import { observePlatform, type Survey } from "./survey.ts";

/**
 * Takes back what the rollout did that was stopped or killed: every target that it may have changed is looked at, and
 * goes back to the file of the release before, newest first. What could not go back leaves the rollout open, so that it
 * can be tried again.
 */
export async function takeRolloutBack(context: Context, request: ResumeRequest): Promise<ApplyResult> {
  demand(context, "operator");
  return withLease(context, "apply --return", (lease) => takeBackUnder(context, lease, request));
}

/** As {@link takeRolloutBack}, for one who holds the lease already. */
export async function takeBackUnder(context: Context, lease: HeldLease, request: ResumeRequest): Promise<ApplyResult> {
  const open = await findInterrupted(context, request.rollout);
  const { platform } = await loadDeployed(context);
  const brought = broughtBy(platform, open);
  const observations = await refuseOthers(context, { platform, brought, lease });
  if (!(await request.confirm(remainderOf(open)))) return { kind: "cancelled", plan: open.plan };
  await refuseLost(context, lease);
  const downFirst = (one: Brought): Brought => {
    return { ...one, plan: halfwayFirst(one.plan, open.earlier, observations.get(one.plan.target)?.instances) };
  };
  const owner = await ownerOf(context, platform);
  const begun = await takeUp(context, open, { action: "rollout.return", owner, lease });
  request.onBegun?.(begun.id);
  const outcome = await goBack(context, { platform, begun, lease, watcher: request }, brought.map(downFirst));
  return { kind: "taken-back", plan: open.plan, release: open.release.number, outcome };
}

/** A copy of the store may have the same rollout open, long after another one has ended it. */
async function refuseOthers(
  context: Context,
  {
    platform,
    brought,
    lease,
  }: { readonly platform: Platform; readonly brought: readonly Brought[]; readonly lease: HeldLease },
): Promise<Survey["observations"]> {
  const changes = brought.map(({ plan }) => plan);
  if (changes.length === 0) return new Map();
  const part = selectPart(
    platform,
    changes.map(({ target }) => target),
  );
  const { observations } = await observePlatform(context, part);
  await refuseFenced(context, { platform, plan: { changes }, observations }, lease.number);
  return observations;
}

const asked: Failure = { host: "", target: "", step: "return", detail: "asked to go back" };

async function goBack(context: Context, work: Conducted, brought: readonly Brought[]): Promise<RolloutOutcome> {
  const outcome = await returnHosts(conductOf(context, work), brought.map(uncertain), asked);
  work.watcher.onEvent({ kind: "end", outcome: outcome.kind });
  await finish(context, work.begun, outcome, { open: outcome.kind === "stranded" });
  return outcome;
}

/** Only names: the values of either release stay where they are. */
function broughtBy(platform: Platform, { plan, release, earlier }: Interrupted): readonly Brought[] {
  const changes = plan.changes.filter(({ target }) => earlier.begun.has(target));
  const gone = changes.filter(({ service, host }) => !runsAt(platform, service, host)).map(({ target }) => target);
  if (gone.length > 0) {
    throw new AppError("ROLLOUT_CHANGED", `${gone.join(", ")} is not in the manifest any more`, {
      hint: "go back to the manifest that this rollout was begun with, then run the command again",
    });
  }
  return changes.flatMap((change) => broughtTo(platform, release, change));
}

function runsAt({ services }: Platform, service: string, host: string): boolean {
  return services.some(({ name, hosts }) => name === service && hosts.includes(host));
}

function broughtTo({ services }: Platform, release: Release, plan: TargetPlan): readonly Brought[] {
  const service = services.find(({ name }) => name === plan.service);
  const bound = release.targets.find(({ target }) => target === plan.target);
  if (service === undefined || bound === undefined) return [];
  const record = { release: bound.label, digest: bound.digest };
  const kind = service.runtime.kind === "vite" ? "bundle" : "file";
  return [{ plan, address: addressOf(service, plan.host), content: { kind, record } }];
}
