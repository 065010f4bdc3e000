import { AppError, isoTime } from "#kernel";
import { inEnvironment, type Context } from "../context.ts";

export interface HeldLease {
  readonly number: number;
  /** false when it was lost */
  readonly renew: () => Promise<boolean>;
}

/** Renewed while the work goes on, so that a killed command holds nobody up for long. Milliseconds. */
const ttl = 120_000;
const beat = 30_000;

/** Does the work while no one else may change this environment; LEASE_HELD tells who does, since when, doing what. */
export async function withLease<T>(
  context: Context,
  doing: string,
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> {
  const number = await take(context, doing);
  const renew = () => inEnvironment(context, ({ lease }) => lease.renew(number, ttl));
  const ended = new AbortController();
  const beating = keepAlive(context, renew, ended.signal);
  try {
    return await work({ number, renew });
  } finally {
    ended.abort();
    await beating;
    // what could not be given back ends by itself, and must not hide how the work ended
    await inEnvironment(context, ({ lease }) => lease.release(number)).catch(() => undefined);
  }
}

async function take(context: Context, doing: string): Promise<number> {
  const { actor, environment } = context;
  const taken = await inEnvironment(context, ({ lease }) => lease.take({ actor, doing, ttl }));
  if (taken.kind === "taken") return taken.number;
  const { holder, since, until } = taken;
  throw new AppError("LEASE_HELD", `${holder} is changing ${environment} since ${isoTime(since)} (${taken.doing})`, {
    data: { holder, since, doing: taken.doing, until },
  });
}

/** Whether it is still ours is asked before each wave; a beat that fails says nothing yet. */
async function keepAlive(context: Context, renew: () => Promise<boolean>, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await context.clock.sleep(beat, ended).catch(() => undefined);
    if (!ended.aborted) await renew().catch(() => false);
  }
}
