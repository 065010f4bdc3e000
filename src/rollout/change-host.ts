import { hostRequests, type Delivery, type InstanceChecks } from "#delivery";
import type { Host, HostAnswer, HostRequest } from "#host";
import { AppError } from "#kernel";
import { checksOf, passGate } from "#verification";
import type { Failure } from "./event.ts";
import type { RolloutInput } from "./roll-out.ts";
import { send, type Sent } from "./send.ts";
import type { HostShare } from "./wave.ts";

/** What happened on one host of a wave. */
export interface HostChange {
  readonly host: string;
  readonly deliveries: readonly Delivery[];
  /** what must go back when the rollout fails, in the order in which it happened */
  readonly changes: readonly TargetChange[];
  readonly failure?: Failure;
}

export interface TargetChange {
  readonly delivery: Delivery;
  /** the new file or bundle is in place; `unknown` where the answer got lost or the swap itself failed */
  readonly written: "yes" | "no" | "unknown";
  /** those that run with it, or may */
  readonly instances: readonly string[];
}

/** One stream to one host, then what can only be checked from outside. */
export async function changeHost(input: RolloutInput, { host: name, targets }: HostShare): Promise<HostChange> {
  const deliveries = targets.map(({ target }) => deliveryOf(input, target));
  const host = hostOf(input, name);
  for (const { plan } of deliveries) {
    await input.journal.append({ target: plan.target, step: "deliver", state: "started", detail: "" });
  }
  const sent = await send(input, host, hostRequests(deliveries, checksFor(input)));
  const failure = sent.failure ?? (await gateHost(input, host, deliveries));
  const changes = deliveries.flatMap((delivery) => changeOf(delivery, sent));
  return { host: name, deliveries, changes, ...(failure === undefined ? {} : { failure }) };
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

/** Checks from outside of everything that was started or published there; the first failure. */
export async function gateHost(
  input: RolloutInput,
  host: Host,
  deliveries: readonly Delivery[],
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

async function gateTrouble(input: RolloutInput, host: Host, { plan }: Delivery): Promise<string | undefined> {
  const service = input.services.get(plan.service);
  if (service === undefined) return undefined;
  // a bundle has no instances, and is looked at once
  const instances = plan.steps.flatMap((step) =>
    step.kind === "restart" ? [step.instance] : step.kind === "publish" ? [""] : [],
  );
  try {
    const result = await passGate({ service, host, instances, clock: input.clock });
    return result.kind === "failed" ? result.detail : undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/** From what a machine answered: whether this target is not what it was. */
function changeOf(delivery: Delivery, sent: Sent): readonly TargetChange[] {
  const answers = sent.answers.filter(({ target }) => target === delivery.plan.target);
  const written = writtenBy(answers, delivery, sent);
  const planned = delivery.plan.steps.flatMap((step) => (step.kind === "restart" ? [step.instance] : []));
  const instances = planned.filter((instance) => sent.lost || answers.some((one) => restarted(one, instance)));
  return written === "no" && instances.length === 0 ? [] : [{ delivery, written, instances }];
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
export function bringsNewContent({ plan }: Delivery): boolean {
  return plan.reasons.some(({ kind }) => kind === "no-release" || kind === "other-release");
}

const writing: ReadonlySet<HostRequest["kind"]> = new Set(["swap", "publish"]);

/** One that failed may have happened half-way. */
function restarted({ request, kind, instance = "" }: HostAnswer, wanted: string): boolean {
  return request === "restart" && instance === wanted && kind !== "unchanged";
}

function deliveryOf(input: RolloutInput, target: string): Delivery {
  const delivery = input.deliveries.find(({ plan }) => plan.target === target);
  if (delivery === undefined) throw new AppError("INTERNAL", `no delivery for ${target} in this rollout`);
  return delivery;
}
