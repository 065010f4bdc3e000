import { fencedBy, type Controller } from "#host";
import { AppError, type Finding } from "#kernel";
import type { Context } from "../context.ts";
import { ownEpoch } from "../owner.ts";
import type { Survey } from "./survey.ts";

/** Targets of a plan that their machines would refuse to this store: another's, or seen by a newer copy of this one. */
interface Fenced {
  readonly target: string;
  readonly host: string;
  readonly stored: Controller;
}

/** A lease that no machine has seen yet: only owner and epoch count. */
const anyLease = Number.MAX_SAFE_INTEGER;

/** One finding for each target that is not ours to change, with how to take it over. */
export async function fencedFindings(context: Context, found: Survey, lease = anyLease): Promise<readonly Finding[]> {
  const ours = { ...(await ownEpoch(context, found.platform)), lease, auditHead: "" };
  const fenced = fencedTargets(found, ours);
  const foreign = fenced.filter(({ stored }) => stored.owner !== ours.owner);
  const newer = fenced.filter(({ stored }) => stored.owner === ours.owner);
  return [
    ...foreign.map(({ target, stored }) => finding(`${target} belongs to ${stored.owner}`, adoptHint(foreign))),
    ...newer.map(({ target, stored: { epoch, lease: seen } }) =>
      finding(`${target} has seen epoch ${epoch} lease ${seen} of this store, newer than ours`, copyHint(newer)),
    ),
  ];
}

/** Said before anything is tried, prepare commands included; a machine would refuse the rest, one by one. */
export async function refuseFenced(context: Context, found: Survey, lease: number): Promise<void> {
  const findings = await fencedFindings(context, found, lease);
  const [first] = findings;
  if (first === undefined) return;
  const count = findings.length === 1 ? "1 target is" : `${findings.length} targets are`;
  throw new AppError("HOST_FENCED", `${count} another controller's, nothing was touched`, {
    findings,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

function fencedTargets({ plan, observations }: Survey, ours: Controller): readonly Fenced[] {
  return plan.changes.flatMap(({ target, host }) => {
    const owner = observations.get(target)?.owner;
    if (owner?.kind !== "owned") return [];
    return fencedBy(owner, ours) ? [{ target, host, stored: owner }] : [];
  });
}

function finding(message: string, hint: string): Finding {
  return { severity: "error", code: "fenced", message, hint };
}

function adoptHint(fenced: readonly Fenced[]): string {
  const hosts = hostsOf(fenced);
  return `change it where that store is; when it is gone for good, \`keyturn hosts prepare ${hosts} --take-over\`, then \`keyturn adopt ${hosts}\` takes today's values over`;
}

function copyHint(fenced: readonly Fenced[]): string {
  return `another run took over, or this store is an old copy: run \`keyturn status\` where the home is; when that one is gone for good, \`keyturn hosts prepare ${hostsOf(fenced)} --take-over\``;
}

function hostsOf(fenced: readonly Fenced[]): string {
  return [...new Set(fenced.map(({ host }) => host))].join(" ");
}
