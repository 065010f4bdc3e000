import { setTimeout as pause } from "node:timers/promises";
import { isHolderGone, ownHolder } from "#host";
import { AppError, isoTime } from "#kernel";
import type { Lease, LeaseHolder } from "#store";
import { inEnvironment, readEnvironment, type Context } from "../context.ts";

export interface HeldLease {
  readonly number: number;
  /** false when it was lost */
  readonly renew: () => Promise<boolean>;
  /** whose it still was, although the process that held it is gone */
  readonly former?: FormerHolder;
}

type FormerHolder = Pick<LeaseHolder, "holder" | "doing" | "since">;

/** Renewed while the work goes on, so that a machine that went down holds nobody up for long. Milliseconds. */
const ttl = 120_000;
const beat = 30_000;

/**
 * Does the work while no one else may change this environment; LEASE_HELD tells who does, since when, doing what. What
 * a process held that was killed on this machine is taken over at once, and the audit log says so.
 */
export async function withLease<T>(
  context: Context,
  doing: string,
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> {
  const { number, former } = await take(context, doing);
  const renew = () => inEnvironment(context, ({ lease }) => lease.renew(number, ttl));
  const ended = new AbortController();
  const beating = keepAlive(context, renew, ended.signal);
  try {
    return await work({ number, renew, ...(former === undefined ? {} : { former }) });
  } finally {
    ended.abort();
    await beating;
    // what could not be given back must not hide how the work ended
    await giveBack(context, number).catch((error: unknown) => void giveBackLater(context, number, error));
  }
}

function giveBack(context: Context, number: number): Promise<void> {
  return inEnvironment(context, ({ lease }) => lease.release(number));
}

/** A process that lives on would hold everybody up until the lease ends by itself, for a store that was away for a moment. */
async function giveBackLater(context: Context, number: number, failure: unknown): Promise<void> {
  const end = context.clock.monotonic() + ttl;
  let last = failure;
  while (last instanceof AppError && last.retryable && context.clock.monotonic() < end) {
    // a command that has nothing else to do ends, and is known to be gone
    await pause(giveBackAgain, undefined, { ref: false });
    last = await giveBack(context, number).catch((error: unknown) => error);
  }
}

const giveBackAgain = 1000;

/** Somebody is at work on this environment, as far as can be known here. */
export async function isAtWork(context: Context): Promise<boolean> {
  const held = await readEnvironment(context, ({ lease }) => lease.holder(ttl));
  return held !== undefined && !(held.process !== undefined && (await isHolderGone(held.process)));
}

/** As {@link withLease}, but waits for whoever is at work: LEASE_HELD only when they are longer at it than `limit` milliseconds. */
export async function withLeaseSoon<T>(
  context: Context,
  { doing, limit, signal }: { readonly doing: string; readonly limit: number; readonly signal?: AbortSignal },
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> {
  const end = context.clock.monotonic() + limit;
  for (;;) {
    let begun = false;
    try {
      return await withLease(context, doing, (lease) => {
        begun = true;
        return work(lease);
      });
    } catch (error) {
      const held = !begun && error instanceof AppError && error.code === "LEASE_HELD";
      if (!held || context.clock.monotonic() >= end) throw error;
      await context.clock.sleep(waitAgain, signal);
    }
  }
}

const waitAgain = 250;

interface Taken {
  readonly number: number;
  readonly former?: FormerHolder;
}

async function take(context: Context, doing: string): Promise<Taken> {
  const process = await ownHolder();
  const request = { actor: context.actor, doing, ttl, ...(process === undefined ? {} : { process }) };
  const taken = await inEnvironment(context, ({ lease }) => lease.take(request));
  if (taken.kind === "taken") return taken;
  if (taken.process === undefined || !(await isHolderGone(taken.process))) throw held(context, taken);
  return takeOver(context, taken, request);
}

async function takeOver(context: Context, gone: LeaseHolder, request: Parameters<Lease["take"]>[0]): Promise<Taken> {
  const { number, holder, doing, since } = gone;
  return inEnvironment(context, async ({ lease }, tx) => {
    const taken = await lease.take({ ...request, over: number });
    // another one came first
    if (taken.kind === "held") throw held(context, taken);
    await tx.audit.append({
      actor: context.actor,
      action: "lease.take-over",
      environment: context.environment,
      subject: doing,
      detail: { holder, since },
    });
    return { number: taken.number, former: { holder, doing, since } };
  });
}

function held({ environment }: Context, { holder, since, doing, until }: LeaseHolder): AppError {
  return new AppError("LEASE_HELD", `${holder} is changing ${environment} since ${isoTime(since)} (${doing})`, {
    data: { holder, since, doing, until },
  });
}

/** Whether it is still ours is asked before each wave; a beat that fails says nothing yet. */
async function keepAlive(context: Context, renew: () => Promise<boolean>, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await context.clock.sleep(beat, ended).catch(() => undefined);
    if (!ended.aborted) await renew().catch(() => false);
  }
}

/** A question or a build may take its time: what was planned counts only while nobody else was at work. */
export async function refuseLost({ environment }: Context, lease: HeldLease): Promise<void> {
  if (await lease.renew()) return;
  throw new AppError("LEASE_HELD", `another operator has changed ${environment} meanwhile, nothing was touched`, {
    hint: "run the command again: it plans anew",
  });
}
