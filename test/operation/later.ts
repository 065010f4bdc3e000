import { onTestFinished } from "vitest";
import { systemClock, type Clock } from "#kernel";
import type { Context } from "#operation";
import { openStore } from "#store";

/** A clock that is ahead of this machine's by so much, milliseconds; it may be set anew. */
export interface MovedClock extends Clock {
  ahead: number;
}

export function movedClock(ahead: number): MovedClock {
  return {
    ...systemClock,
    ahead,
    now() {
      return systemClock.now() + this.ahead;
    },
  };
}

/** The same home by that clock: whatever is written down as well. */
export async function byClock(context: Context, clock: Clock): Promise<Context> {
  const store = await openStore({ ...(await context.storePlace()), kek: await context.kek(), clock });
  onTestFinished(() => store.close());
  return Object.create(context, {
    clock: { value: clock },
    openStore: { value: async () => store },
  }) as Context;
}
