import { formatHead, parseHead } from "#audit";
import { fencedBy, type Controller } from "#host";
import { AppError, type Finding } from "#kernel";
import { inEnvironment, type Context } from "../context.ts";
import { ownEpoch } from "../owner.ts";
import type { Survey } from "./survey.ts";

/** A target of a plan that is another's to change, and what its machine keeps of whoever changed it last. */
interface Claimed {
  readonly target: string;
  readonly host: string;
  readonly stored: Controller;
}

/** A lease that no machine has seen yet: only owner and epoch count. */
const anyLease = Number.MAX_SAFE_INTEGER;

/** One finding for each target that is not ours to change, with how to take it over. */
export async function fencedFindings(context: Context, found: Survey, lease = anyLease): Promise<readonly Finding[]> {
  const ours = { ...(await ownEpoch(context, found.platform)), lease, auditHead: "" };
  const claimed = claimedTargets(found);
  const fenced = claimed.filter(({ stored }) => fencedBy(stored, ours));
  const foreign = fenced.filter(({ stored }) => stored.owner !== ours.owner);
  const newer = fenced.filter(({ stored }) => stored.owner === ours.owner);
  const copied = await copiedTargets(
    context,
    claimed.filter((target) => !fenced.includes(target) && target.stored.epoch === ours.epoch),
  );
  return [
    ...foreign.map(({ target, stored }) => finding(`${target} belongs to ${stored.owner}`, adoptHint(foreign))),
    ...newer.map(({ target, stored: { epoch, lease: seen } }) =>
      finding(`${target} has seen epoch ${epoch} lease ${seen} of this store, newer than ours`, copyHint(newer)),
    ),
    ...copied.map(({ target }) =>
      finding(`${target} was changed by another copy of this store, whose audit log is not ours`, copyHint(copied)),
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

function claimedTargets({ plan, observations }: Survey): readonly Claimed[] {
  return plan.changes.flatMap(({ target, host }) => {
    const owner = observations.get(target)?.owner;
    return owner?.kind === "owned" ? [{ target, host, stored: owner }] : [];
  });
}

/** Two copies count the same leases, which a machine can't tell apart; but each has an audit log that goes its own way. */
async function copiedTargets(context: Context, claimed: readonly Claimed[]): Promise<readonly Claimed[]> {
  const kept = new Set(claimed.map(({ stored }) => stored.auditHead));
  const heads = [...kept].flatMap((text) => parseHead(text) ?? []);
  if (heads.length === 0) return [];
  const strange = await inEnvironment(context, (_, { audit }) => audit.foreign(heads));
  const texts = new Set(strange.map(formatHead));
  return claimed.filter(({ stored }) => texts.has(stored.auditHead));
}

function finding(message: string, hint: string): Finding {
  return { severity: "error", code: "fenced", message, hint };
}

function adoptHint(claimed: readonly Claimed[]): string {
  const hosts = hostsOf(claimed);
  return `change it where that store is; when it is gone for good, \`keyturn hosts prepare ${hosts} --take-over\`, then \`keyturn adopt ${hosts}\` takes today's values over`;
}

function copyHint(claimed: readonly Claimed[]): string {
  return `another run took over, or this store is an old copy: run \`keyturn status\` where the home is; when that one is gone for good, \`keyturn hosts prepare ${hostsOf(claimed)} --take-over\``;
}

function hostsOf(claimed: readonly Claimed[]): string {
  return [...new Set(claimed.map(({ host }) => host))].join(" ");
}
