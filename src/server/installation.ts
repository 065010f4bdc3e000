import type { Context as Exchange } from "hono";
import type { Caller, Context } from "#operation";
import type { Attended } from "./desk/attend.ts";
import type { Desk, Started } from "./desk/desk.ts";
import type { Entrance } from "./entrance.ts";
import { callerOf, demandHome, type Env } from "./exchange.ts";
import type { TakeTurn } from "./turn.ts";
import type { Visit } from "./visit.ts";

/** What every request finds. */
export interface Installation {
  readonly context: Context;
  /** who is at the other end of the only connection, where nobody else can be */
  readonly only?: Caller;
  readonly visit: Visit;
  readonly entrance: Entrance;
  readonly desk: Desk;
  /** providers' own addresses may lie in a private network */
  readonly nearby: boolean;
  /** for whatever hashes a password */
  readonly takeTurn: TakeTurn;
}

/** What the server was started with; more takes a login to its machine. */
export function mayBeNearby(
  { nearby }: Installation,
  exchange: Exchange<Env>,
  asked: { readonly nearby?: boolean | undefined },
): boolean {
  if (nearby || asked.nearby !== true) return nearby;
  demandHome(exchange);
  return true;
}

/** Does one operation as the caller, in one environment or in none. */
export async function asCaller<T>(
  { visit }: Installation,
  exchange: Exchange<Env>,
  work: (context: Context) => Promise<T>,
  environment?: string,
): Promise<T> {
  const visited = visit(callerOf(exchange), environment);
  try {
    return await work(visited.context);
  } finally {
    await visited.close();
  }
}

/**
 * Begins work as the caller that goes on behind the answer: its context is closed when the work has ended. See `Desk.start`
 * for when this resolves.
 */
export function inBackground<T>(
  { visit, desk }: Installation,
  exchange: Exchange<Env>,
  environment: string | undefined,
  work: (context: Context, watcher: Attended) => Promise<T>,
): Promise<Started<T>> {
  const caller = callerOf(exchange);
  return desk.start(async (watcher) => {
    const visited = visit(caller, environment);
    try {
      return await work(visited.context, watcher);
    } finally {
      await visited.close();
    }
  });
}
