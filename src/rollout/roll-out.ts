import type { Service, Waves } from "#contract";
import type { Delivery } from "#delivery";
import type { Controller, Host } from "#host";
import type { Clock } from "#kernel";
import { changeHost, type HostChange } from "./change-host.ts";
import type { Failure, RolloutEvent, RolloutOutcome } from "./event.ts";
import { prepareHosts } from "./prepare.ts";
import { returnHosts } from "./return-hosts.ts";
import { wavesOf, type Wave } from "./wave.ts";

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
 * that has changed goes back, in reverse order.
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
    return returnHosts(input, changed, failure);
  }
  return { kind: "done" };
}

async function mayGoOn(input: RolloutInput, wave: Wave): Promise<Failure | undefined> {
  const host = wave.hosts[0]?.host ?? "";
  if (input.signal?.aborted) return { host, target: "", step: "cancel", detail: "stopped by the operator" };
  if (await input.renew()) return undefined;
  return { host, target: "", step: "lease", detail: "the lease was lost: another controller may be at work" };
}

/** All hosts of a wave at once. Every host that may have changed is added to `changed`, also when it failed. */
async function changeWave(input: RolloutInput, wave: Wave, changed: HostChange[]): Promise<Failure | undefined> {
  const hosts = wave.hosts.map(({ host }) => host);
  input.onEvent({ kind: "wave", order: wave.order, number: wave.number, of: wave.of, hosts });
  const results = await Promise.all(wave.hosts.map((share) => changeHost(input, share)));
  changed.push(...results.filter((result) => result.touched));
  const failure = results.find((result) => result.failure !== undefined)?.failure;
  if (failure === undefined && input.waves.soak > 0) {
    input.onEvent({ kind: "soak", ms: input.waves.soak });
    await input.clock.sleep(input.waves.soak);
  }
  return failure;
}
