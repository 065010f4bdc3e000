import { formatHead } from "#audit";
import type { Controller } from "#host";
import { AppError } from "#kernel";
import type { Version } from "#store";
import { demand } from "../authority.ts";
import { record, scopeDetail } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { ownerOf } from "../owner.ts";
import { forgetReleases, type ForgottenTarget } from "./forget-releases.ts";
import { withLease, type HeldLease } from "./lease.ts";
import { findUse, refuseUsed } from "./retired-use.ts";
import { chooseVersions, stateOf, type RetireChoice } from "./retirement.ts";
import { survey, type Survey } from "./survey.ts";

export interface RetireRequest extends RetireChoice {
  /** versions of other names that end with it, at the same place and in one transaction */
  readonly also?: readonly { readonly name: string; readonly version: number }[];
  /** shown what would end before it does; false stops */
  readonly confirm: (retirement: Retirement) => Promise<boolean>;
}

/** What would end. Names, numbers and fingerprints only. */
export interface Retirement {
  readonly name: string;
  readonly state: "retired" | "compromised";
  readonly versions: readonly Pick<Version, "number" | "scope" | "fingerprint">[];
  /** targets whose release before is destroyed with them */
  readonly kept: readonly string[];
  /** targets that can't be looked at now: the next apply there destroys it */
  readonly away: readonly string[];
}

export type RetireResult =
  /** no version before the present one, or the one named, is left to retire */
  | { readonly kind: "nothing"; readonly name: string }
  | { readonly kind: "cancelled"; readonly retirement: Retirement }
  | { readonly kind: "retired"; readonly retirement: Retirement; readonly targets: readonly ForgottenTarget[] };

/**
 * Ends versions for good: nothing binds them any more, and every kept release before that holds one is destroyed on its
 * host. Refused (VALUE_IN_USE) while a target has or wants one. What a host that is away keeps, the next plan names and
 * the next apply destroys.
 */
export async function retireValue(context: Context, request: RetireRequest): Promise<RetireResult> {
  demand(context, "admin");
  return withLease(context, `retire ${request.name}`, (lease) => retireUnder(context, lease, request));
}

/** As {@link retireValue}, for one who holds the lease already. */
export async function retireUnder(context: Context, lease: HeldLease, request: RetireRequest): Promise<RetireResult> {
  const { name } = request;
  const { also = [] } = request;
  const choices: readonly RetireChoice[] = [request, ...also.map((other) => ({ ...request, ...other }))];
  const versions = await inEnvironment(context, async ({ values }) => {
    const chosen: Version[] = [];
    for (const choice of choices) chosen.push(...(await chooseVersions(values, choice)));
    return chosen;
  });
  if (versions.length === 0) return { kind: "nothing", name };
  const found = await survey(context);
  const use = await inEnvironment(context, (environment) => findUse(environment, found, versions));
  refuseUsed(name, use);
  const { kept, away } = use;
  const retirement: Retirement = { name, state: stateOf(request), versions: versions.map(shown), kept, away };
  if (!(await request.confirm(retirement))) return { kind: "cancelled", retirement };
  if (!(await lease.renew())) throw lost(context);
  const controller = await endVersions(context, found, { versions, state: retirement.state, lease });
  return { kind: "retired", retirement, targets: await forgetReleases(context, found, { targets: kept, controller }) };
}

function shown({ number, scope, fingerprint }: Version): Retirement["versions"][number] {
  return { number, scope, fingerprint };
}

function lost({ environment }: Context): AppError {
  return new AppError("LEASE_HELD", `another operator has changed ${environment} meanwhile, nothing was retired`, {
    hint: "run the command again: it looks anew",
  });
}

interface Ending {
  readonly versions: readonly Version[];
  readonly state: Retirement["state"];
  readonly lease: HeldLease;
}

/** In the store first: a host that is cleaned before could be given the value again. */
async function endVersions(
  context: Context,
  { platform }: Survey,
  { versions, state, lease }: Ending,
): Promise<Controller> {
  const owner = await ownerOf(context, platform);
  return inEnvironment(context, async ({ values, row }, tx) => {
    const action = state === "retired" ? "value.retire" : "value.compromise";
    for (const { id, name, number, scope } of versions) {
      await values.setState(id, state);
      await record(context, tx, { action, subject: name, detail: { version: number, ...scopeDetail(scope) } });
    }
    return { owner, epoch: row.epoch, lease: lease.number, auditHead: formatHead(await tx.audit.head()) };
  });
}
