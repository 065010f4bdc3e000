import { AppError, type Finding } from "#kernel";
import type { Plan } from "#plan";
import { claimTargets } from "./adoption-claim.ts";
import { keepAdopted } from "./adoption-keep.ts";
import { planAdoption, type AdoptionPlan } from "./adoption-plan.ts";
import { inEnvironment, type Context } from "../context.ts";
import { ownerOf } from "../owner.ts";
import { readHost, type FoundTarget } from "./found-target.ts";
import { withLease } from "../deploy/lease.ts";
import { selectHosts } from "./prepare-hosts.ts";
import { readStock, survey } from "../deploy/survey.ts";

export interface AdoptRequest {
  readonly hosts: readonly string[];
  /** names that the contracts lack may be lost with the next apply */
  readonly dropForeign: boolean;
  /** what was found, by name, also when it is refused */
  readonly onFound: (adoption: Adoption) => void;
  /** false stops */
  readonly confirm: () => Promise<boolean>;
}

/** What was found and would be done, without values. */
export interface Adoption {
  readonly targets: AdoptionPlan["targets"];
  readonly values: readonly Omit<AdoptionPlan["puts"][number], "value">[];
  readonly grants: AdoptionPlan["grants"];
  /** targets that are left alone, and why */
  readonly skipped: readonly {
    readonly target: string;
    readonly reason: "empty" | "bundle" | "ours" | "owned";
    readonly owner?: string;
  }[];
  readonly findings: readonly Finding[];
}

export type AdoptResult =
  | { readonly kind: "nothing" | "cancelled"; readonly adoption: Adoption }
  | {
      readonly kind: "adopted";
      readonly adoption: Adoption;
      readonly release: number;
      /** what a plan says now, of the adopted targets: proof that nothing would change, or what would */
      readonly plan: Plan;
    };

/**
 * Takes over what runs: values, grants and a release out of today's files, and each host told that this is it. No file is
 * touched and nothing is restarted. Whatever can't be decided is refused before anything is stored.
 */
export async function adoptHosts(context: Context, request: AdoptRequest): Promise<AdoptResult> {
  const { platform } = await context.loadPlatform();
  const entries = selectHosts(platform, request.hosts);
  await context.makeStore();
  const owner = await ownerOf(context, platform);
  return withLease(context, `adopt ${request.hosts.join(" ")}`, async (lease) => {
    const found = (await Promise.all(entries.map((entry) => readHost(context, platform.services, entry)))).flat();
    const stock = await inEnvironment(context, readStock);
    const plan = planAdoption(found, stock, request.dropForeign);
    const adoption = withoutValues(plan, found, owner);
    const targets = found.filter(({ state }) => state.kind === "read");
    if (targets.length === 0) return { kind: "nothing", adoption };
    request.onFound(adoption);
    refuseUndecided(plan);
    if (!(await request.confirm())) return { kind: "cancelled", adoption };
    const kept = await keepAdopted(context, platform, { plan, targets, lease });
    await claimTargets(context, platform, kept);
    const after = await survey(
      context,
      targets.map(({ target }) => target),
    );
    return { kind: "adopted", adoption, release: kept.release.number, plan: after.plan };
  });
}

function withoutValues(
  { targets, puts, grants, findings }: AdoptionPlan,
  found: readonly FoundTarget[],
  own: string,
): Adoption {
  return {
    targets,
    values: puts.map(({ name, scope, origin }) => ({ name, scope, origin })),
    grants,
    skipped: found.flatMap(({ target, state }): Adoption["skipped"] => {
      if (state.kind === "read") return [];
      if (state.kind === "owned" && state.owner === own) return [{ target, reason: "ours" }];
      return [{ target, reason: state.kind, ...(state.kind === "owned" ? { owner: state.owner } : {}) }];
    }),
    findings,
  };
}

function refuseUndecided({ findings }: AdoptionPlan): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const count = errors.length === 1 ? "1 finding stands" : `${errors.length} findings stand`;
  throw new AppError("VALUES_INVALID", `${count} against taking this over, nothing was stored`, {
    findings: errors,
    hint: "mend them, then run the command again",
  });
}
