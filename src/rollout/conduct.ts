import type { Service } from "#contract";
import type { ChecksOf } from "#delivery";
import type { Controller, Host } from "#host";
import { AppError, type Clock } from "#kernel";
import { checksOf, drainOf } from "#verification";
import type { RolloutEvent } from "./event.ts";

/** What it takes to work on hosts and to tell of it, on the way there and on the way back. */
export interface Conduct {
  readonly services: ReadonlyMap<string, Service>;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly controller: Controller;
  readonly journal: Journal;
  /** false when the lease is no longer ours: nothing may be changed any more */
  readonly renew: () => Promise<boolean>;
  readonly clock: Clock;
  readonly onEvent: (event: RolloutEvent) => void;
  /** aborted: the steps at work are done, and no other is begun, not even on the way back */
  readonly stop?: AbortSignal;
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

/** Drain and health checks of each instance, in the form the machine makes them. */
export function checksFor(conduct: Conduct): ChecksOf {
  return ({ plan }, instance) => {
    const service = conduct.services.get(plan.service);
    if (service === undefined) throw new AppError("INTERNAL", `no service ${plan.service} in this rollout`);
    const { onHost, deadline } = checksOf(service, plan.host, instance);
    const drain = drainOf(service, plan.host, instance);
    return { checks: onHost, deadline, ...(drain === undefined ? {} : { drain }) };
  };
}

export function hostOf({ hosts }: Conduct, name: string): Host {
  const host = hosts.get(name);
  if (host === undefined) throw new AppError("INTERNAL", `no connection to ${name} in this rollout`);
  return host;
}
