import type { HttpBindings } from "@hono/node-server";
import type { Context as Exchange } from "hono";
import { AppError, type Sensitive } from "#kernel";
import type { Caller, Context } from "#operation";
import type { Visit } from "./application.ts";
import type { Attended } from "./desk/attend.ts";
import type { Desk, Started } from "./desk/desk.ts";
import type { Entrance } from "./entrance.ts";
import type { TakeTurn } from "./turn.ts";

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

export interface Env {
  readonly Bindings: HttpBindings;
  readonly Variables: {
    readonly caller?: Caller;
    /** where the caller came with a cookie */
    readonly session?: Sensitive;
    /** status of a runtime's answer, which went past this server's own */
    readonly relayed?: number;
  };
}

/** Of a route that is not open to all, a guard has found who calls. */
export function callerOf(exchange: Exchange<Env>): Caller {
  const caller = exchange.get("caller");
  if (caller === undefined) throw new AppError("LOGIN_NEEDED", "this is for those who are logged in");
  return caller;
}

/** Somebody with a login to the home's machine: may there what any command may. */
export function isHome(exchange: Exchange<Env>): boolean {
  return callerOf(exchange).kind === "home";
}

/** What reaches further than any role. */
export function demandHome(exchange: Exchange<Env>): void {
  if (isHome(exchange)) return;
  throw new AppError("PERMISSION_DENIED", "this is for whoever has a login to the machine of the home", {
    hint: "run the command there, or over ssh://",
  });
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
