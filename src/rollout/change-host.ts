import { hostRequests, type Delivery, type InstanceChecks } from "#delivery";
import type { Host, HostAnswer, HostRequest } from "#host";
import { AppError } from "#kernel";
import { checksOf, passGate } from "#verification";
import type { Failure } from "./event.ts";
import type { RolloutInput } from "./roll-out.ts";
import type { HostShare } from "./wave.ts";

/** What happened on one host of a wave. */
export interface HostChange {
  readonly host: string;
  readonly deliveries: readonly Delivery[];
  /** something may have changed there: it must go back when the rollout fails */
  readonly touched: boolean;
  readonly failure?: Failure;
}

/** One stream to one host, then what can only be checked from outside. */
export async function changeHost(input: RolloutInput, share: HostShare): Promise<HostChange> {
  const deliveries = share.targets.map(({ target }) => deliveryOf(input, target));
  const host = hostOf(input, share.host);
  const requests = hostRequests(deliveries, checksFor(input));
  for (const { plan } of deliveries) await started(input, plan.target, "deliver");
  const sent = await send(input, host, requests);
  const failure = sent.failure ?? (await gate(input, host, deliveries));
  return { host: share.host, deliveries, touched: sent.touched, ...(failure === undefined ? {} : { failure }) };
}

export interface Sent {
  readonly touched: boolean;
  readonly failure?: Failure;
}

/** Sends a stream, journals each answer, and tells whether the machine may have changed. */
export async function send(input: RolloutInput, host: Host, requests: readonly HostRequest[]): Promise<Sent> {
  const rows: Promise<void>[] = [];
  const onAnswer = (answer: HostAnswer): void => {
    rows.push(answered(input, host.name, answer));
  };
  try {
    const answers = await host.perform(input.controller, requests, { onAnswer });
    await Promise.all(rows);
    const failed = answers.find((answer) => answer.kind === "failed");
    const touched = answers.some(changesTarget);
    return failed === undefined ? { touched } : { touched, failure: failureOf(host.name, failed) };
  } catch (error) {
    await Promise.allSettled(rows);
    if (!(error instanceof AppError)) throw error;
    return lost(input, host.name, requests, error);
  }
}

/** Health checks of each instance, in the form the machine makes them. */
export function checksFor(input: RolloutInput): (delivery: Delivery, instance: string) => InstanceChecks {
  return (delivery, instance) => {
    const service = input.services.get(delivery.plan.service);
    if (service === undefined) throw new AppError("INTERNAL", `no service ${delivery.plan.service} in this rollout`);
    const { onHost, deadline } = checksOf(service, delivery.plan.host, instance);
    return { checks: onHost, deadline };
  };
}

export function hostOf(input: RolloutInput, name: string): Host {
  const host = input.hosts.get(name);
  if (host === undefined) throw new AppError("INTERNAL", `no connection to ${name} in this rollout`);
  return host;
}

/** Requests behind which a target is not what it was; `stage` only puts something beside it. */
const changing: ReadonlySet<HostRequest["kind"]> = new Set(["swap", "restart", "publish", "return"]);

function changesTarget(answer: HostAnswer): boolean {
  // a restart or swap that failed may have happened half-way
  return answer.kind !== "unchanged" && changing.has(answer.request);
}

/** The connection broke: nobody knows how far the stream came, so the host counts as touched unless it refused at once. */
async function lost(
  input: RolloutInput,
  host: string,
  requests: readonly HostRequest[],
  error: AppError,
): Promise<Sent> {
  const target = requests[0]?.target.id ?? host;
  const failure = { host, target, step: "reach", detail: error.message };
  await input.journal.append({ target, step: "reach", state: "failed", detail: error.message });
  input.onEvent({ kind: "step", host, target, step: "reach", state: "failed", detail: error.message });
  return { touched: !refusedAtOnce.has(error.code), failure };
}

const refusedAtOnce: ReadonlySet<string> = new Set([
  "HOST_KEY_UNKNOWN",
  "HOST_KEY_CHANGED",
  "HOST_UNPREPARED",
  "HOST_FENCED",
]);

async function answered(input: RolloutInput, host: string, answer: HostAnswer): Promise<void> {
  const step = stepName(answer);
  const detail = answer.kind === "failed" ? `${answer.reason}: ${answer.detail}` : answer.kind;
  input.onEvent({ kind: "step", host, target: answer.target, step, state: answer.kind, detail });
  await input.journal.append({
    target: answer.target,
    step,
    state: answer.kind === "failed" ? "failed" : "done",
    detail,
  });
}

function failureOf(host: string, answer: HostAnswer & { kind: "failed" }): Failure {
  return { host, target: answer.target, step: stepName(answer), detail: `${answer.reason}: ${answer.detail}` };
}

function stepName(answer: HostAnswer): string {
  return answer.instance === undefined || answer.instance === ""
    ? answer.request
    : `${answer.request} ${answer.instance}`;
}

async function gate(input: RolloutInput, host: Host, deliveries: readonly Delivery[]): Promise<Failure | undefined> {
  for (const { plan } of deliveries) {
    const service = input.services.get(plan.service);
    if (service === undefined) continue;
    const instances = plan.steps.flatMap((step) => (step.kind === "restart" ? [step.instance] : []));
    const result = await passGate({ service, host, instances, clock: input.clock });
    const detail = result.kind === "failed" ? result.detail : "passed";
    input.onEvent({ kind: "gate", host: host.name, target: plan.target, state: result.kind, detail });
    const state = result.kind === "failed" ? "failed" : "done";
    await input.journal.append({ target: plan.target, step: "gate", state, detail });
    if (result.kind === "failed") return { host: host.name, target: plan.target, step: "gate", detail };
  }
  return undefined;
}

async function started(input: RolloutInput, target: string, step: string): Promise<void> {
  await input.journal.append({ target, step, state: "started", detail: "" });
}

function deliveryOf(input: RolloutInput, target: string): Delivery {
  const delivery = input.deliveries.find(({ plan }) => plan.target === target);
  if (delivery === undefined) throw new AppError("INTERNAL", `no delivery for ${target} in this rollout`);
  return delivery;
}
