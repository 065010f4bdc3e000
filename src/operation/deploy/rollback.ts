import type { BoundTarget } from "#binding";
import type { Platform } from "#contract";
import { AppError, type Fingerprint, type Sensitive } from "#kernel";
import { openHint, type EnvironmentStore, type Release, type Scope } from "#store";
import { demand } from "../authority.ts";
import { applyUnder, type ApplyRequest, type ApplyResult } from "./apply.ts";
import type { Watcher } from "./carry-out.ts";
import { digestOf, refuseOther } from "./confirmed.ts";
import { inPlatform, record, scopeDetail } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { withLease, type HeldLease } from "./lease.ts";
import { survey } from "./survey.ts";

export interface RollbackRequest extends Watcher, Pick<ApplyRequest, "part" | "overrideFreeze"> {
  /** number of the release to go back to; otherwise the last good one before what runs */
  readonly to?: number;
  /** the proposal that was confirmed before, by its digest; PLAN_CHANGED where it is another one by now */
  readonly expected?: string;
  readonly confirm: (proposal: RollbackProposal) => Promise<boolean>;
}

/** What would be put back. Names and fingerprints only. */
export interface RollbackProposal {
  readonly release: number;
  readonly values: readonly ReturnedName[];
  /** differ as well, but come from manifest or contract: source control holds their past */
  readonly notOurs: readonly { readonly target: string; readonly name: string }[];
}

export interface ReturnedName {
  readonly name: string;
  readonly scope: Scope;
  readonly from: Fingerprint;
  readonly to: Fingerprint;
}

export type RollbackResult =
  | { readonly kind: "cancelled"; readonly proposal: RollbackProposal }
  | { readonly kind: "applied"; readonly proposal: RollbackProposal; readonly applied: ApplyResult };

/**
 * The values of an earlier release become new versions, and roll out like any other change: history stays whole, and
 * the store wants what runs. A retired or compromised version is never put back (VALUES_INVALID names it).
 */
export async function rollBack(context: Context, request: RollbackRequest): Promise<RollbackResult> {
  demand(context, "operator");
  const doing = ["rollback", ...request.part].join(" ");
  return withLease(context, doing, (lease) => rollBackUnder(context, lease, request));
}

async function rollBackUnder(
  context: Context,
  lease: HeldLease,
  { expected, confirm, ...request }: RollbackRequest,
): Promise<RollbackResult> {
  await refuseRotated(context);
  const { bound, platform } = await survey(context, request.part, request.onEvent);
  const { release, returns, notOurs } = await inEnvironment(context, async (environment) => {
    const release = await chooseRelease(environment, request.to);
    return { release, ...(await findReturns(environment, release, bound.targets)) };
  });
  const values = returns.map(({ name, scope, from, to }) => ({ name, scope, from, to }));
  const proposal: RollbackProposal = { release: release.number, values, notOurs };
  refuseOther(digestOf(proposal), expected);
  if (!(await confirm(proposal))) return { kind: "cancelled", proposal };
  await putBack(context, platform, release, returns);
  const applied = await applyUnder(context, lease, { ...request, confirm: async () => true });
  return { kind: "applied", proposal, applied };
}

/** An earlier release knows nothing of the value that everyone is on the way to. */
async function refuseRotated(context: Context): Promise<void> {
  const [open] = await inEnvironment(context, ({ rotations }) => rotations.open());
  if (open === undefined) return;
  throw new AppError(
    "ROTATION_OPEN",
    `${open.name} is being rotated: nothing goes back to an earlier release meanwhile`,
    {
      hint: openHint(open.name),
    },
  );
}

function putBack(context: Context, platform: Platform, release: Release, returns: readonly Return[]): Promise<void> {
  return inPlatform(context, platform, async (environment, tx) => {
    for (const { name, scope, value, sensitive } of returns) {
      const origin = `rollback to r${release.number}`;
      const { version } = await environment.values.put({ name, scope, value, sensitive, origin, actor: context.actor });
      const detail = { release: release.number, version: version.number, ...scopeDetail(scope) };
      await record(context, tx, { action: "value.rollback", subject: name, detail });
    }
  });
}

/** What runs is the latest good release; behind a failed one the hosts are back on it already. */
async function chooseRelease({ releases }: EnvironmentStore, to: number | undefined): Promise<Release> {
  const wanted = to ?? (await previousGood(releases));
  const found = wanted === undefined ? undefined : await releases.find(wanted);
  if (found !== undefined) return found;
  throw new AppError(
    "NOT_FOUND",
    to === undefined ? "there is no earlier good release" : `there is no release r${to}`,
    {
      hint: "`keyturn history` shows versions, and `keyturn audit` what was rolled out",
    },
  );
}

/** A release that only mended a process has the content of the one before: going back to that would change nothing. */
async function previousGood(releases: EnvironmentStore["releases"]): Promise<number | undefined> {
  const newest = await releases.list(1000);
  const good = newest.filter(({ state }) => state === "good");
  if (newest[0]?.state !== "good") return good[0]?.number;
  const latest = await releases.find(newest[0].number);
  for (const { number } of good.slice(1)) {
    const earlier = await releases.find(number);
    if (latest !== undefined && earlier !== undefined && differ(latest, earlier)) return number;
  }
  return undefined;
}

function differ(latest: Release, earlier: Release): boolean {
  const digests = new Map(earlier.targets.map(({ target, digest }) => [target, digest]));
  return latest.targets.some(({ target, digest }) => (digests.get(target) ?? digest) !== digest);
}

interface Return extends ReturnedName {
  readonly value: Sensitive;
  readonly sensitive: boolean;
}

interface Returns {
  readonly returns: readonly Return[];
  readonly notOurs: readonly { readonly target: string; readonly name: string }[];
}

async function findReturns(
  environment: EnvironmentStore,
  release: Release,
  targets: readonly BoundTarget[],
): Promise<Returns> {
  const returns = new Map<string, Return>();
  const notOurs: { target: string; name: string }[] = [];
  for (const { desired, variables } of targets) {
    const then = release.targets.find(({ target }) => target === desired.target);
    if (then === undefined) continue;
    const values = new Map(
      (await environment.releases.open(release.number, desired.target)).map((one) => [one.name, one]),
    );
    for (const { name, fingerprint, version } of variables) {
      const before = then.bindings.find((binding) => binding.name === name);
      const opened = values.get(name);
      if (before === undefined || opened === undefined || before.fingerprint === fingerprint) continue;
      if (version === undefined) {
        notOurs.push({ target: desired.target, name });
        continue;
      }
      const scope = freeScope(returns, { name, scope: version.scope, to: before.fingerprint }, desired);
      const { value, sensitive } = opened;
      returns.set(returnKey(name, scope), { name, scope, from: fingerprint, to: before.fingerprint, value, sensitive });
    }
  }
  return { returns: [...returns.values()], notOurs };
}

/** Where today's value stands; two targets that had different values there get one each of their own. */
function freeScope(
  returns: ReadonlyMap<string, Return>,
  { name, scope, to }: Pick<Return, "name" | "scope" | "to">,
  { service, host }: BoundTarget["desired"],
): Scope {
  const other = returns.get(returnKey(name, scope));
  return other === undefined || other.to === to ? scope : { service, host };
}

function returnKey(name: string, { service = "", host = "" }: Scope): string {
  return `${name} ${service} ${host}`;
}
