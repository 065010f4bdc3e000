import { formatHead } from "#audit";
import type { Platform } from "#contract";
import type { Delivery } from "#delivery";
import type { Controller } from "#host";
import { buildMatcher, lineMask } from "#leak";
import { rollOut, type Conduct, type Earlier, type RolloutOutcome } from "#rollout";
import type { EnvironmentStore, Transaction } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import type { ProgressEvent } from "../event.ts";
import { closeAbandoned } from "./abandoned.ts";
import { stepBackFor } from "../rotate/step-back.ts";
import { takeBackFor } from "../setting/take-setting-back.ts";
import type { HeldLease } from "./lease.ts";
import { outcomeDetail } from "./outcome-detail.ts";
import type { Survey } from "./survey.ts";

/** Whoever asked for a rollout: hears of it, and may stop it. */
export interface Watcher {
  readonly onEvent: (event: ProgressEvent) => void;
  /** the rollout is in the journal from now on, under this id */
  readonly onBegun?: (rollout: string) => void;
  /** aborted: what is at work is done, and nothing more is begun */
  readonly signal?: AbortSignal;
}

/** A rollout that is in the journal. */
export interface Begun {
  readonly id: string;
  readonly release: number;
  readonly controller: Controller;
}

export interface Work {
  readonly begun: Begun;
  readonly found: Survey;
  readonly deliveries: readonly Delivery[];
  readonly lease: HeldLease;
  readonly watcher: Watcher;
  readonly earlier?: Earlier;
}

/** Rolls out and writes down how it ended. */
export async function carryOut(context: Context, work: Work): Promise<RolloutOutcome> {
  const { begun, found, deliveries, lease, watcher, earlier } = work;
  try {
    const outcome = await rollOut({
      ...conductOf(context, { platform: found.platform, begun, lease, watcher }),
      deliveries,
      waves: found.platform.waves,
      mask: lineMask(() => buildMatcher(found.secrets)),
      ...(earlier === undefined ? {} : { earlier }),
    });
    await finish(context, begun, outcome);
    return outcome;
  } catch (error) {
    // its end is written down in any case; where even that fails, the next apply does it
    await closeAbandoned(context, begun.id).catch(() => undefined);
    throw error;
  }
}

export interface Conducted {
  readonly platform: Platform;
  readonly begun: Begun;
  readonly lease: HeldLease;
  readonly watcher: Watcher;
}

export function conductOf(context: Context, { platform, begun, lease, watcher }: Conducted): Conduct {
  const reached = platform.hosts.filter(({ excluded }) => !excluded);
  return {
    services: new Map(platform.services.map((service) => [service.name, service])),
    hosts: new Map(reached.map((host) => [host.name, context.connect(host)])),
    controller: begun.controller,
    journal: { append: (step) => inEnvironment(context, ({ rollouts }) => rollouts.append(begun.id, step)) },
    renew: lease.renew,
    clock: context.clock,
    onEvent: watcher.onEvent,
    ...(watcher.signal === undefined ? {} : { stop: watcher.signal }),
  };
}

/** Who speaks to the hosts in this transaction's name; the audit log's head is the one behind its entries. */
export async function controllerOf(
  { environment, tx }: { readonly environment: EnvironmentStore; readonly tx: Transaction },
  owner: string,
  { number }: HeldLease,
): Promise<Controller> {
  return { owner, epoch: environment.row.epoch, lease: number, auditHead: formatHead(await tx.audit.head()) };
}

const states = { done: "done", untouched: "failed", returned: "returned", stranded: "return-failed" } as const;

/** One that was stopped stays open, and any other when told so: it can be gone on with, or taken back. */
export async function finish(
  context: Context,
  { id, release }: Begun,
  outcome: RolloutOutcome,
  { open = false } = {},
): Promise<void> {
  await inEnvironment(context, async (environment, tx) => {
    const { rollouts, releases } = environment;
    // whoever took over has ended it already
    if (!open && outcome.kind !== "stopped" && (await rollouts.find(id))?.state === "running") {
      await rollouts.finish(id, states[outcome.kind]);
      await releases.setState(release, outcome.kind === "done" ? "good" : "failed");
      if (outcome.kind !== "done") {
        await takeBackFor(context, { environment, tx }, id);
        await stepBackFor(environment, id);
      }
    }
    await tx.audit.append({
      actor: context.actor,
      action: `rollout.${outcome.kind}`,
      environment: context.environment,
      subject: `r${release}`,
      detail: outcomeDetail(id, outcome),
    });
  });
}
