import {
  changingRequests,
  hostRequests,
  isBesideOld,
  stagingRequests,
  type Delivery,
  type DeliveryContent,
  type Planned,
} from "#delivery";
import type { Host, HostAnswer, HostRequest, RecordName } from "#host";
import { AppError } from "#kernel";
import { passGate } from "#verification";
import { checksFor, hostOf, type Conduct } from "./conduct.ts";
import type { Failure } from "./event.ts";
import type { Gathering } from "./gather.ts";
import { deliveryOf, type RolloutInput } from "./input.ts";
import { send, type Sent } from "./send.ts";
import type { HostShare } from "./wave.ts";

/** What happened on one host of a wave. */
export interface HostChange {
  readonly host: string;
  readonly deliveries: readonly Brought[];
  /** what must go back when the rollout fails, in the order in which it happened */
  readonly changes: readonly TargetChange[];
  readonly failure?: Failure;
}

/** What was sent to a target, as far as the way back must know it. */
export interface Brought extends Planned {
  readonly content: { readonly kind: DeliveryContent["kind"]; readonly record: RecordName };
}

export interface TargetChange {
  readonly delivery: Brought;
  /** the new file or bundle is in place; `unknown` where the answer got lost or the swap itself failed */
  readonly written: "yes" | "no" | "unknown";
  /** those that run with it, or may, in the order in which they go back */
  readonly instances: readonly string[];
}

/**
 * One stream to one host, then what can only be checked from outside. With others to wait for, the stream ends behind the
 * staging, and another one goes on when everyone has come as far.
 */
export async function changeHost(
  input: RolloutInput,
  { host: name, targets }: HostShare,
  staged?: Gathering,
): Promise<HostChange> {
  const deliveries = targets.map(({ target }) => deliveryOf(input, target));
  const host = hostOf(input, name);
  for (const { plan } of deliveries) {
    await input.journal.append({ target: plan.target, step: "deliver", state: "started", detail: "" });
  }
  const sent = await (staged === undefined
    ? send(input, host, hostRequests(deliveries, checksFor(input)))
    : sendTogether(input, host, deliveries, staged));
  const failure = sent.failure ?? (sent.stopped ? stoppedAt(name) : await gateHost(input, host, deliveries));
  const changes = deliveries.flatMap((delivery) => changeOf(input, delivery, sent));
  return { host: name, deliveries, changes, ...(failure === undefined ? {} : { failure }) };
}

async function sendTogether(
  input: RolloutInput,
  host: Host,
  deliveries: readonly Delivery[],
  staged: Gathering,
): Promise<Sent> {
  const first = await send(input, host, stagingRequests(deliveries));
  const isReady = first.failure === undefined && first.stopped !== true;
  if (!(await staged.arrive(isReady))) {
    return isReady
      ? { ...first, failure: { host: host.name, target: "", step: "stage", detail: othersFailed } }
      : first;
  }
  const second = await send(input, host, changingRequests(deliveries, checksFor(input)));
  return { ...second, answers: [...first.answers, ...second.answers] };
}

const othersFailed = "nothing was changed: not everything could be staged";

/** A target of which nobody knows how far it came: its machine is asked before anything goes back. */
export function uncertain(delivery: Brought): HostChange {
  const { plan } = delivery;
  const written = bringsNewContent(delivery) ? "unknown" : "no";
  return { host: plan.host, deliveries: [delivery], changes: [{ delivery, written, instances: planned(delivery) }] };
}

export function stoppedAt(host: string): Failure {
  return { host, target: "", step: "stop", detail: "stopped by the operator" };
}

/** Checks from outside of everything that was started or published there; the first failure. */
export async function gateHost(
  input: Conduct,
  host: Host,
  deliveries: readonly Brought[],
): Promise<Failure | undefined> {
  for (const delivery of deliveries) {
    const { target } = delivery.plan;
    const detail = await gateTrouble(input, host, delivery);
    const state = detail === undefined ? "passed" : "failed";
    input.onEvent({ kind: "gate", host: host.name, target, state, detail: detail ?? "passed" });
    await input.journal.append({
      target,
      step: "gate",
      state: detail === undefined ? "done" : "failed",
      detail: detail ?? "passed",
    });
    if (detail !== undefined) return { host: host.name, target, step: "gate", detail };
  }
  return undefined;
}

async function gateTrouble(input: Conduct, host: Host, { plan, content }: Brought): Promise<string | undefined> {
  const service = input.services.get(plan.service);
  if (service === undefined) return undefined;
  // a bundle has no instances, and is looked at once
  const instances = plan.steps.flatMap((step) =>
    step.kind === "restart" ? [step.instance] : step.kind === "publish" ? [""] : [],
  );
  // a file that is only started with again may be one that was taken over, and tells no release
  const label = plan.steps.some(({ kind }) => kind === "file") ? { release: content.record.release } : {};
  try {
    const stop = input.stop === undefined ? {} : { signal: input.stop };
    const result = await passGate({ service, host, instances, clock: input.clock, ...label, ...stop });
    return result.kind === "failed" ? result.detail : undefined;
  } catch (error) {
    if (input.stop?.aborted) return stoppedAt(host.name).detail;
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/** From what a machine answered: whether this target is not what it was. */
function changeOf({ earlier }: RolloutInput, delivery: Delivery, sent: Sent): readonly TargetChange[] {
  const answers = sent.answers.filter(({ target }) => target === delivery.plan.target);
  const written = writtenBy(answers, delivery, sent);
  // what this run left alone may have been changed by the one that was cut short
  if (written !== "yes" && earlier?.begun.has(delivery.plan.target)) return uncertain(delivery).changes;
  if (written === "no" && isBesideOld(delivery)) return [];
  // the last one first: it may be down, and the others serve meanwhile
  const instances = planned(delivery)
    .filter((instance) => sent.lost || answers.some((one) => restarted(one, instance)))
    .toReversed();
  return written === "no" && instances.length === 0 ? [] : [{ delivery, written, instances }];
}

function planned({ plan }: Planned): readonly string[] {
  return plan.steps.flatMap((step) => (step.kind === "restart" ? [step.instance] : []));
}

function writtenBy(answers: readonly HostAnswer[], delivery: Delivery, { lost }: Sent): TargetChange["written"] {
  if (!bringsNewContent(delivery)) return "no";
  const answer = answers.find(({ request }) => writing.has(request));
  if (answer === undefined)
    return lost && delivery.plan.steps.some(({ kind }) => kind !== "restart") ? "unknown" : "no";
  // nothing was put there: a way back would bring the file of an even earlier release
  if (answer.kind === "unchanged") return "no";
  return answer.kind === "done" ? "yes" : "unknown";
}

/** A file that was only mended is that of the release before already: there is nothing to go back to. */
function bringsNewContent({ plan }: Planned): boolean {
  return plan.reasons.some(({ kind }) => kind === "no-release" || kind === "other-release");
}

const writing: ReadonlySet<HostRequest["kind"]> = new Set(["swap", "publish"]);

/** One that failed may have happened half-way; one that was drained takes nothing until it is started again. */
function restarted({ request, kind, instance = "" }: HostAnswer, wanted: string): boolean {
  return (request === "restart" || request === "drain") && instance === wanted && kind !== "unchanged";
}
