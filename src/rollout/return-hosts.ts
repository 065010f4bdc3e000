import { byRestart, returnRequests, sweepRequests, type Planned, type Undo } from "#delivery";
import type { Host, HostAnswer, HostRequest, InstanceObservation } from "#host";
import type { HostChange, TargetChange } from "./change-host.ts";
import { checksFor, hostOf, type Conduct, type Journal } from "./conduct.ts";
import type { Failure, RolloutOutcome } from "./event.ts";
import { send, troubleText, type Sent } from "./send.ts";
import { stopHere } from "./stop.ts";
import { shareName } from "./wave.ts";

/**
 * Brings everything that has changed back, newest first: the previous file, and the instances that were restarted, each
 * verified. A target that can't go back is named with the reason; the others go back all the same. The only health
 * checks that are known are those of the release that failed: one that doesn't pass is told, and is no failure.
 */
export async function returnHosts(
  given: Conduct,
  changed: readonly HostChange[],
  failure: Failure,
): Promise<RolloutOutcome> {
  // the way back does not depend on the journal
  const input = {
    ...given,
    journal: { append: (row: JournalRow) => given.journal.append(row).catch(() => undefined) },
  };
  const stranded: TargetTrouble[] = [];
  const unhealthy: TargetTrouble[] = [];
  const back: (TargetChange & { readonly host: string })[] = [];
  for (const { host, changes } of changed) {
    for (const change of changes) {
      const settled = change.written === "unknown" ? await settle(input, host, change) : change;
      if ("detail" in settled) stranded.push(settled);
      else if (settled.written === "yes" || settled.instances.length > 0) back.push({ ...settled, host });
    }
  }
  await sweepStaged(input, changed);
  if (back.length === 0 && stranded.length === 0) return { kind: "untouched", failure };
  const hosts = [...new Set(back.map(({ delivery: { plan } }) => shareName(plan)))];
  if (hosts.length > 0) input.onEvent({ kind: "return", hosts, reason: failure.detail });
  for (const change of back.toReversed()) {
    if (input.stop?.aborted) return stopHere(input, failure);
    const outcome = (await isOurs(input)) ? await returnTarget(input, change) : leftAsIs(change);
    if (outcome.kind === "stopped") return stopHere(input, failure);
    if (outcome.kind === "stranded") stranded.push(outcome);
    if (outcome.kind === "unhealthy") unhealthy.push(outcome);
  }
  return stranded.length === 0
    ? { kind: "returned", failure, hosts, unhealthy }
    : { kind: "stranded", failure, targets: stranded };
}

/** Behind another controller nothing may be touched, not even to go back: it may be at work on it. */
export function leaveAsIs(changed: readonly HostChange[], failure: Failure): RolloutOutcome {
  const targets = changed.flatMap(({ changes }) => changes.map(leftAsIs));
  return targets.length === 0 ? { kind: "untouched", failure } : { kind: "stranded", failure, targets };
}

type JournalRow = Parameters<Journal["append"]>[0];

interface TargetTrouble {
  readonly target: string;
  readonly detail: string;
}

/** Asked before each step of the way back, which may be long. A store that is gone keeps nobody from going back. */
export async function isOurs({ renew }: Conduct): Promise<boolean> {
  return renew().catch(() => true);
}

function leftAsIs({ delivery }: TargetChange): TargetTrouble & { readonly kind: "stranded" } {
  const detail = "left as it is: another controller may have changed it since";
  return { kind: "stranded", target: delivery.plan.target, detail };
}

type FailedAnswer = Extract<HostAnswer, { kind: "failed" }>;

type Returned = { readonly kind: "back" | "stopped" } | ({ readonly kind: "unhealthy" | "stranded" } & TargetTrouble);

async function returnTarget(
  input: Conduct,
  { host, delivery, written, instances }: TargetChange & { readonly host: string },
): Promise<Returned> {
  const { target, noReturn } = delivery.plan;
  if (noReturn !== undefined && written === "yes") {
    const detail = `${noReturn.release} does not come back: ${noReturn.names.join(", ")} was retired; set what is wrong anew, then \`keyturn apply\``;
    await input.journal.append({ target, step: "return", state: "failed", detail });
    return { kind: "stranded", target, detail };
  }
  await input.journal.append({ target, step: "return", state: "started", detail: "" });
  return bringBack(input, hostOf(input, host), { delivery, written: written === "yes", instances });
}

async function bringBack(input: Conduct, host: Host, undo: Undo): Promise<Returned> {
  const { delivery } = undo;
  const { target } = delivery.plan;
  const requests = returnRequests(undo, checksFor(input));
  const first = await send(input, host, requests);
  const unproved = failedReload(requests, first);
  if (unproved !== undefined) {
    // a reload that is not taken there, or not seen, is made sure of
    const instances = undo.instances.slice(undo.instances.indexOf(unproved));
    return bringBack(input, host, byRestart({ delivery, written: false, instances }));
  }
  const doubt = unhealthyIn(first);
  if (doubt === undefined) return returned(delivery, first);
  const second = await send(input, host, withoutChecks(requests.slice(first.answers.indexOf(doubt))));
  return second.failure === undefined && !second.stopped
    ? { kind: "unhealthy", target, detail: doubt.detail }
    : returned(delivery, second);
}

function returned(delivery: Planned, { failure, stopped }: Sent): Returned {
  if (failure === undefined) return { kind: stopped ? "stopped" : "back" };
  const detail = isFirst(delivery) ? `${failure.detail}; this was its first release` : failure.detail;
  return { kind: "stranded", target: delivery.plan.target, detail };
}

/** The instance whose reload failed, or was not reported by the service. */
function failedReload(requests: readonly HostRequest[], { answers }: Sent): string | undefined {
  const last = answers.at(-1);
  if (last?.kind !== "failed" || last.instance === undefined) return undefined;
  const reload = requests.some(
    (request) => request.kind === "restart" && request.action === "reload" && request.instance === last.instance,
  );
  return reload ? last.instance : undefined;
}

function unhealthyIn({ answers }: Sent): FailedAnswer | undefined {
  const failed = answers.filter((answer): answer is FailedAnswer => answer.kind === "failed");
  return failed.find(({ reason }) => reason === "unhealthy");
}

/** What is left to do behind a check that did not pass: all of it, proved by what runs and what it carries alone. */
function withoutChecks(requests: readonly HostRequest[]): readonly HostRequest[] {
  return requests.map((request) => (request.kind === "verify" ? { ...request, checks: [] } : request));
}

function isFirst({ plan }: Planned): boolean {
  return plan.reasons.some(({ kind }) => kind === "no-release");
}

/**
 * An answer got lost: the machine's own record tells whether the new content is there. Where it is not, because it never
 * came or is back already, an instance may have been started with it all the same.
 */
async function settle(input: Conduct, host: string, change: TargetChange): Promise<TargetChange | TargetTrouble> {
  const { plan, content, address } = change.delivery;
  try {
    const [found] = await hostOf(input, host).observe([address]);
    const same = found?.record?.release === content.record.release && found.record.digest === content.record.digest;
    if (same) return { ...change, written: "yes" };
    const late = found?.instances.filter(isLate).map(({ instance }) => instance) ?? [];
    return { ...change, written: "no", instances: change.instances.filter((one) => late.includes(one)) };
  } catch (error) {
    return { target: plan.target, detail: troubleText(error) };
  }
}

function isLate({ state, carries }: InstanceObservation): boolean {
  return state === "active" && carries.kind === "different";
}

/** Where the stream stopped, what was staged behind it lies there still; what goes back takes its own along. */
async function sweepStaged(input: Conduct, changed: readonly HostChange[]): Promise<void> {
  for (const { host, deliveries, changes } of changed) {
    const left = deliveries.filter(
      (delivery) => !changes.some((change) => change.delivery === delivery && change.written === "yes"),
    );
    const requests = sweepRequests(left.filter(({ content }) => content.kind === "file"));
    if (requests.length > 0) await send(input, hostOf(input, host), requests);
  }
}
