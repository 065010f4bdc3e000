import type { Service, Waves } from "#contract";
import { verifyRequests, type Delivery } from "#delivery";
import type { Controller, Host } from "#host";
import type { Clock } from "#kernel";
import { bringsNewContent, changeHost, checksFor, gateHost, hostOf, type HostChange } from "./change-host.ts";
import type { Failure, RolloutEvent, RolloutOutcome } from "./event.ts";
import { prepareHosts } from "./prepare.ts";
import { leaveAsIs, returnHosts } from "./return-hosts.ts";
import { send, troubleText } from "./send.ts";
import { wavesOf, type HostShare, type Wave } from "./wave.ts";

export interface RolloutInput {
  readonly deliveries: readonly Delivery[];
  readonly services: ReadonlyMap<string, Service>;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly controller: Controller;
  readonly waves: Waves;
  readonly journal: Journal;
  /** false when the lease is no longer ours: nothing may be changed any more */
  readonly renew: () => Promise<boolean>;
  readonly clock: Clock;
  /** masks what prepare commands print */
  readonly mask: (line: string) => string;
  readonly onEvent: (event: RolloutEvent) => void;
  /** aborted: stop before the next wave, and go back */
  readonly signal?: AbortSignal;
}

/** Rows are written before and after each effect; see `Rollouts.append`. */
export interface Journal {
  append(step: {
    readonly target: string;
    readonly step: string;
    readonly state: "started" | "done" | "failed";
    readonly detail: string;
  }): Promise<void>;
}

/**
 * Prepares every host, then changes them wave by wave; behind each wave its gate. When anything fails, **every** host
 * that has changed goes back, in reverse order. Does not throw once a host may have changed.
 */
export async function rollOut(input: RolloutInput): Promise<RolloutOutcome> {
  const unprepared = await prepareHosts(input);
  if (unprepared !== undefined) return { kind: "untouched", failure: unprepared };

  const changed: HostChange[] = [];
  for (const wave of wavesOf(
    input.deliveries.map((delivery) => delivery.plan),
    input.waves.sizes,
  )) {
    const failure = (await mayGoOn(input, wave)) ?? (await changeWave(input, wave, changed));
    if (failure === undefined) continue;
    const lost = failure.step === "lease" || failure.step === "fence";
    return lost ? leaveAsIs(changed, failure) : returnHosts(input, changed, failure);
  }
  return { kind: "done" };
}

async function mayGoOn(input: RolloutInput, wave: Wave): Promise<Failure | undefined> {
  const host = wave.hosts[0]?.host ?? "";
  if (input.signal?.aborted) return cancelled(host);
  try {
    if (await input.renew()) return undefined;
  } catch (error) {
    return { host, target: "", step: "store", detail: troubleText(error) };
  }
  return { host, target: "", step: "lease", detail: "the lease was lost: another controller may be at work" };
}

function cancelled(host: string): Failure {
  return { host, target: "", step: "cancel", detail: "stopped by the operator" };
}

/** All hosts of a wave at once. Every host that may have changed is added to `changed`, also when it failed. */
async function changeWave(input: RolloutInput, wave: Wave, changed: HostChange[]): Promise<Failure | undefined> {
  const hosts = wave.hosts.map(({ host }) => host);
  input.onEvent({ kind: "wave", order: wave.order, number: wave.number, of: wave.of, hosts });
  const results = await Promise.all(wave.hosts.map((share) => changeOne(input, share)));
  changed.push(...results);
  return worstOf(results.map(({ failure }) => failure)) ?? soakWave(input, results);
}

/** A defect on one host must not keep the others from going back. */
async function changeOne(input: RolloutInput, share: HostShare): Promise<HostChange> {
  try {
    return await changeHost(input, share);
  } catch (error) {
    const { host } = share;
    const deliveries = input.deliveries.filter(({ plan }) => share.targets.includes(plan));
    const changes = deliveries.map((delivery) => ({
      delivery,
      written: bringsNewContent(delivery) ? ("unknown" as const) : ("no" as const),
      instances: planned(delivery),
    }));
    return { host, deliveries, changes, failure: { host, target: "", step: "internal", detail: troubleText(error) } };
  }
}

/** Looks on for a while, and once more at everything that the wave has started. */
async function soakWave(input: RolloutInput, changes: readonly HostChange[]): Promise<Failure | undefined> {
  const { soak } = input.waves;
  if (soak <= 0) return undefined;
  input.onEvent({ kind: "soak", ms: soak });
  try {
    await input.clock.sleep(soak, input.signal);
  } catch {
    return cancelled(changes[0]?.host ?? "");
  }
  const failures = await Promise.all(changes.map((change) => lookAgain(input, change)));
  return worstOf(failures);
}

/** One machine that has seen a newer controller speaks for all of them. */
function worstOf(failures: readonly (Failure | undefined)[]): Failure | undefined {
  return failures.find((failure) => failure?.step === "fence") ?? failures.find((failure) => failure !== undefined);
}

async function lookAgain(input: RolloutInput, { host, deliveries }: HostChange): Promise<Failure | undefined> {
  const connection = hostOf(input, host);
  try {
    const { failure } = await send(input, connection, verifyRequests(deliveries, checksFor(input)));
    return failure ?? (await gateHost(input, connection, deliveries));
  } catch (error) {
    return { host, target: "", step: "internal", detail: troubleText(error) };
  }
}

function planned({ plan }: Delivery): readonly string[] {
  return plan.steps.flatMap((step) => (step.kind === "restart" ? [step.instance] : []));
}
