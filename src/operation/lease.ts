import { AppError, isoTime } from "#kernel";
import { inEnvironment, type Context } from "./context.ts";

export interface HeldLease {
  readonly number: number;
  /** false when it was lost */
  readonly renew: () => Promise<boolean>;
}

/** Longer than any single step; renewed before each wave. Milliseconds. */
const ttl = 20 * 60_000;

/** Does the work while no one else may change this environment; LEASE_HELD tells who does, since when, doing what. */
export async function withLease<T>(
  context: Context,
  doing: string,
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> {
  const { actor } = context;
  const taken = await inEnvironment(context, ({ lease }) => lease.take({ actor, doing, ttl }));
  if (taken.kind === "held") {
    const { holder, since } = taken;
    throw new AppError(
      "LEASE_HELD",
      `${holder} is changing ${context.environment} since ${isoTime(since)} (${taken.doing})`,
      {
        data: { holder, since, doing: taken.doing, until: taken.until },
      },
    );
  }
  const { number } = taken;
  try {
    return await work({ number, renew: () => inEnvironment(context, ({ lease }) => lease.renew(number, ttl)) });
  } finally {
    await inEnvironment(context, ({ lease }) => lease.release(number));
  }
}
