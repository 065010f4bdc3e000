import type { HostCheck, HostDrain, HostRequest, ReleaseRecord, TargetAddress } from "#host";
import type { Sensitive } from "#kernel";
import type { Step, TargetPlan } from "#plan";

/** A target and what is to happen there. */
export interface Planned {
  readonly plan: TargetPlan;
  readonly address: TargetAddress;
}

/** Everything one target gets, ready to be sent. */
export interface Delivery extends Planned {
  readonly content: DeliveryContent;
}

export type DeliveryContent =
  | {
      readonly kind: "file";
      readonly file: Sensitive;
      readonly record: ReleaseRecord;
      /** contents of file variables, whose paths the file has */
      readonly attachments?: readonly Attachment[];
    }
  | { readonly kind: "bundle"; readonly id: string; readonly archive: Uint8Array; readonly record: ReleaseRecord }
  /** a bundle that stays as it is */
  | { readonly kind: "none"; readonly record: ReleaseRecord };

export interface Attachment {
  readonly name: string;
  readonly content: Sensitive;
}

/** How one instance is emptied before it stops, and what must hold on the machine behind that; times in milliseconds. */
export interface InstanceChecks {
  readonly drain?: HostDrain;
  readonly checks: readonly HostCheck[];
  readonly deadline: number;
}

export type ChecksOf = (delivery: Planned, instance: string) => InstanceChecks;

/**
 * What is asked of one machine, in one stream: first leftovers go, which may fill a disk; then everything is staged, so
 * that a full disk or an unknown owner stops before anything has changed; then each target is swapped, and its instances
 * restarted and verified one by one.
 */
export function hostRequests(deliveries: readonly Delivery[], checksOf: ChecksOf): readonly HostRequest[] {
  return [...stagingRequests(deliveries), ...changingRequests(deliveries, checksOf)];
}

/** The first part of it, behind which nothing has changed. */
export function stagingRequests(deliveries: readonly Delivery[]): readonly HostRequest[] {
  const sweeps = sweepRequests(deliveries.filter(({ plan }) => plan.steps.some(({ kind }) => kind === "sweep")));
  return [...sweeps, ...deliveries.flatMap(stageRequests)];
}

/** The rest of it. */
export function changingRequests(deliveries: readonly Delivery[], checksOf: ChecksOf): readonly HostRequest[] {
  return deliveries.flatMap((delivery) => changeRequests(delivery, checksOf));
}

/** What became of one target, and has to be undone. */
export interface Undo {
  readonly delivery: Planned;
  /** the new file or bundle is in place: only then is the previous one what it was before */
  readonly written: boolean;
  /** those that run with it, or may, in the order in which they go back */
  readonly instances: readonly string[];
}

/**
 * The way back, on the same machine: previous file, then the instances that had been restarted. One that was reloaded is
 * reloaded again where the machine can see which release it reports then; otherwise only a restart is sure.
 */
export function returnRequests({ delivery, written, instances }: Undo, checksOf: ChecksOf): readonly HostRequest[] {
  const back: readonly HostRequest[] = written ? [{ kind: "return", target: delivery.address }] : [];
  const steps = instances.flatMap((instance): readonly Step[] => {
    const step = delivery.plan.steps.find((one) => one.kind === "restart" && one.instance === instance);
    if (step?.kind !== "restart") return [];
    const seen = checksOf(delivery, step.instance).checks.some((check) => "release" in check);
    return [seen ? step : { ...step, action: "restart" }];
  });
  return [...back, ...restartRequests(withSteps(delivery, steps), checksOf)];
}

/** The same, by restarts alone. */
export function byRestart(undo: Undo): Undo {
  const steps = undo.delivery.plan.steps.map((step): Step => {
    return step.kind === "restart" ? { ...step, action: "restart" } : step;
  });
  return { ...undo, delivery: withSteps(undo.delivery, steps) };
}

/** Looks once more at every instance that these deliveries restart, and changes nothing. */
export function verifyRequests(deliveries: readonly Planned[], checksOf: ChecksOf): readonly HostRequest[] {
  return deliveries.flatMap((delivery) => restartRequests(delivery, checksOf)).filter(({ kind }) => kind === "verify");
}

/** Takes away what was staged on a machine where nothing was swapped. */
export function sweepRequests(deliveries: readonly Planned[]): readonly HostRequest[] {
  return deliveries.map((delivery) => ({ kind: "sweep", target: delivery.address }));
}

function stageRequests({ address, content, plan }: Delivery): readonly HostRequest[] {
  if (content.kind !== "file" || !writes(plan.steps)) return [];
  const { file, record, attachments = [] } = content;
  const attaches = attachments.map((one): HostRequest => {
    return { kind: "attach", target: address, release: record.release, ...one };
  });
  const anew = address.runtime.kind === "docker" && plan.reasons.some(({ kind }) => kind === "asked");
  return [...attaches, { kind: "stage", target: address, file, record, ...(anew ? { anew: true } : {}) }];
}

function changeRequests(delivery: Delivery, checksOf: ChecksOf): readonly HostRequest[] {
  const { address, content, plan } = delivery;
  if (content.kind === "bundle") {
    return [{ kind: "publish", target: address, id: content.id, archive: content.archive, record: content.record }];
  }
  const swap = plan.steps.flatMap((step): readonly HostRequest[] =>
    step.kind === "file" ? [{ kind: "swap", target: address, ...(step.unproved ? { unproved: true } : {}) }] : [],
  );
  // behind the swap at once: a run that is killed here must not leave a way back to retired values
  const forget: readonly HostRequest[] = forgets(plan.steps) ? [{ kind: "forget", target: address }] : [];
  if (address.runtime.kind === "docker") return containerRequests(delivery, checksOf, { swap, forget });
  return [...swap, ...forget, ...restartRequests(delivery, checksOf)];
}

/**
 * A new container beside the old one: it is started and looked at, and takes the old one's place only then, which is
 * emptied and stopped behind it. Where the two can't be there at once, the old one goes first, and there is a gap.
 */
function containerRequests(
  delivery: Delivery,
  checksOf: ChecksOf,
  { swap, forget }: { readonly swap: readonly HostRequest[]; readonly forget: readonly HostRequest[] },
): readonly HostRequest[] {
  const started = restartRequests(delivery, checksOf).filter(({ kind }) => kind !== "drain");
  if (swap.length === 0) return [...started, ...forget];
  const drain = containerDrain(delivery, checksOf);
  return isBesideOld(delivery)
    ? [...started, ...swap, ...drain, ...forget]
    : [...drain, ...swap, ...forget, ...started];
}

/** What was never there has nothing to be emptied. Without a drain of the manifest's it is asked to end, as `docker stop` does. */
function containerDrain({ address, plan }: Planned, checksOf: ChecksOf): readonly HostRequest[] {
  if (address.runtime.kind !== "docker" || plan.reasons.some(({ kind }) => kind === "no-release")) return [];
  const usual: HostDrain = { by: { kind: "signal", signal: "SIGTERM" }, limit: address.runtime.stop };
  return address.runtime.instances.map(({ instance }) => {
    const { drain = usual } = checksOf({ address, plan }, instance);
    return { kind: "drain", target: address, instance, ...drain };
  });
}

/** Until the swap the old one is what it was: there is nothing to take back but what was staged. */
export function isBesideOld({ address: { runtime } }: Pick<Planned, "address">): boolean {
  return runtime.kind === "docker" && !runtime.exclusive;
}

function restartRequests(delivery: Planned, checksOf: ChecksOf): readonly HostRequest[] {
  const target = delivery.address;
  return delivery.plan.steps.flatMap((step): readonly HostRequest[] => {
    if (step.kind !== "restart") return [];
    const { instance, action } = step;
    const { drain, checks, deadline } = checksOf(delivery, instance);
    const emptied: readonly HostRequest[] =
      drain === undefined || action === "reload" ? [] : [{ kind: "drain", target, instance, ...drain }];
    return [
      ...emptied,
      { kind: "restart", target, instance, action },
      { kind: "verify", target, instance, checks, deadline },
    ];
  });
}

function forgets(steps: readonly Step[]): boolean {
  return steps.some(({ kind }) => kind === "forget");
}

function withSteps(delivery: Planned, steps: readonly Step[]): Planned {
  return { ...delivery, plan: { ...delivery.plan, steps } };
}

function writes(steps: readonly Step[]): boolean {
  return steps.some((step) => step.kind === "file" || step.kind === "publish");
}
