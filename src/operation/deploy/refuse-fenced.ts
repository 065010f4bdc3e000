import type { Platform } from "#contract";
import type { Controller, TargetObservation } from "#host";
import { AppError, type Finding } from "#kernel";
import type { Context } from "../context.ts";
import { rivalsAmong, type Rival, type Rivalry } from "../rival.ts";

/** Targets that are about to be changed, and how they were found. */
interface Wanted {
  readonly platform: Platform;
  readonly plan: { readonly changes: readonly { readonly target: string; readonly host: string }[] };
  readonly observations: ReadonlyMap<string, TargetObservation>;
}

/** A target of a plan, and what its machine keeps of whoever changed it last. */
interface Claimed extends Controller {
  readonly target: string;
  readonly host: string;
}

/** One finding for each target that is not ours to change, with how to take it over. Without a lease, for any. */
export async function fencedFindings(context: Context, wanted: Wanted, lease?: number): Promise<readonly Finding[]> {
  const rivals = await rivalsAmong(context, wanted.platform, { marks: claimedTargets(wanted), lease });
  return rivals.map(({ mark, rivalry }) => ({
    severity: "error",
    code: "fenced",
    message: said[rivalry](mark),
    hint: hint(
      rivalry,
      rivals.filter((other) => other.rivalry === rivalry),
    ),
  }));
}

/** Said before anything is tried, prepare commands included; a machine would refuse the rest, one by one. */
export async function refuseFenced(context: Context, wanted: Wanted, lease: number): Promise<void> {
  const findings = await fencedFindings(context, wanted, lease);
  const [first] = findings;
  if (first === undefined) return;
  const count = findings.length === 1 ? "1 target is" : `${findings.length} targets are`;
  throw new AppError("HOST_FENCED", `${count} another controller's, nothing was touched`, {
    findings,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

function claimedTargets({ plan, observations }: Wanted): readonly Claimed[] {
  return plan.changes.flatMap(({ target, host }) => {
    const owner = observations.get(target)?.owner;
    return owner?.kind === "owned" ? [{ ...owner, target, host }] : [];
  });
}

const said: Readonly<Record<Rivalry, (claimed: Claimed) => string>> = {
  foreign: ({ target, owner }) => `${target} belongs to ${owner}`,
  newer: ({ target, epoch, lease }) =>
    `${target} has seen epoch ${epoch} lease ${lease} of this store, newer than ours`,
  copied: ({ target }) =>
    `${target} was changed last by another copy of this store: what that wrote down is not in our log`,
};

const whereElse: Readonly<Record<Rivalry, string>> = {
  foreign: "change it where that store is; when it is gone for good",
  newer: "another run took over, or this store is an old copy: work where the newer one is; when that is gone for good",
  copied: "one of the copies is to go on: work where that is; when it is this one",
};

function hint(rivalry: Rivalry, rivals: readonly Rival<Claimed>[]): string {
  const hosts = [...new Set(rivals.map(({ mark }) => mark.host))].join(" ");
  return `${whereElse[rivalry]}, \`keyturn hosts prepare ${hosts} --take-over\`, then \`keyturn adopt ${hosts}\` takes today's values over`;
}
