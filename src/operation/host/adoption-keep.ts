import { bindingsOf } from "../deploy/release.ts";
import { desirePlatform, type BoundTarget } from "#binding";
import type { Platform } from "#contract";
import type { Controller } from "#host";
import { AppError } from "#kernel";
import type { EnvironmentStore, Release, Transaction } from "#store";
import type { AdoptionPlan } from "./adoption-plan.ts";
import { inPlatform, record } from "../change.ts";
import type { Context } from "../context.ts";
import { controllerOf } from "../deploy/carry-out.ts";
import { ownerOf } from "../owner.ts";
import { declarationsOf } from "../value/declaration.ts";
import type { FoundTarget } from "./found-target.ts";
import type { HeldLease } from "../deploy/lease.ts";
import { putValue } from "../value/put-value.ts";
import { readStock } from "../deploy/survey.ts";

export interface AdoptedWork {
  readonly plan: AdoptionPlan;
  readonly targets: readonly FoundTarget[];
  readonly lease: HeldLease;
}

/** What the hosts are to be told. */
export interface Kept {
  readonly id: string;
  readonly release: Release;
  readonly controller: Controller;
  readonly bound: readonly (FoundTarget & { readonly content: BoundTarget })[];
}

/** Values, grants, release, journal and log in one transaction. */
export async function keepAdopted(
  context: Context,
  platform: Platform,
  { plan, targets, lease }: AdoptedWork,
): Promise<Kept> {
  const owner = await ownerOf(context, platform);
  const id = context.makeId("ro");
  return inPlatform(context, platform, async (environment, tx) => {
    await storeFound(context, platform, plan, { environment, tx });
    const stock = await readStock(environment);
    const desired = desirePlatform({ platform, stock, sources: new Map() });
    const bound = targets.map((target) => ({ ...target, content: contentOf(target, desired.targets) }));
    const release = await environment.releases.create({
      actor: context.actor,
      reason: "adopt",
      targets: bound.map(({ content }) => releaseTarget(content)),
    });
    const names = targets.map(({ target }) => target);
    await environment.rollouts.begin({
      id,
      kind: "adopt",
      release: release.number,
      plan: { targets: names },
      actor: context.actor,
    });
    await record(context, tx, {
      action: "rollout.begin",
      subject: `r${release.number}`,
      detail: { rollout: id, adopt: true, targets: names },
    });
    return { id, release, bound, controller: await controllerOf({ environment, tx }, owner, lease) };
  });
}

async function storeFound(
  context: Context,
  platform: Platform,
  { puts, grants }: AdoptionPlan,
  at: { readonly environment: EnvironmentStore; readonly tx: Transaction },
): Promise<void> {
  for (const { name, scope, value, origin } of puts) {
    const declarations = declarationsOf(platform, name, scope);
    await putValue(context, at, { name, scope, value, origin, declarations, action: "value.adopt" });
  }
  for (const key of grants) {
    if (!(await at.environment.grants.give({ ...key, actor: context.actor.name }))) continue;
    const detail = { service: key.service, kind: key.kind, adopted: true };
    await record(context, at.tx, { action: "grant.give", subject: key.name, detail });
  }
}

/** What would be delivered must be what is there: otherwise all of it is rolled back. */
function contentOf({ target, state }: FoundTarget, desired: readonly BoundTarget[]): BoundTarget {
  const content = desired.find((one) => one.desired.target === target);
  if (content === undefined || state.kind !== "read") throw new AppError("INTERNAL", `${target} was not bound`);
  const there = new Map(state.variables.map(({ name, value }) => [name, value]));
  const other = content.variables
    .filter(({ name, value }) => there.get(name)?.equals(value) === false)
    .map(({ name }) => name);
  if (other.length === 0) return content;
  throw new AppError("VALUES_INVALID", `stored values of ${target} hide what is there: ${other.join(", ")}`, {
    hint: "`keyturn explain NAME HOST` shows which one applies; nothing was stored",
  });
}

function releaseTarget({
  desired,
  variables,
}: BoundTarget): Parameters<EnvironmentStore["releases"]["create"]>[0]["targets"][number] {
  return {
    target: desired.target,
    digest: desired.digest,
    bindings: bindingsOf(variables),
  };
}
