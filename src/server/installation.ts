import type { HttpBindings } from "@hono/node-server";
import type { Context as Exchange } from "hono";
import { AppError, type Sensitive } from "#kernel";
import type { Caller, Context } from "#operation";
import type { Visit } from "./application.ts";
import type { Entrance } from "./entrance.ts";

/** What every request finds. */
export interface Installation {
  readonly context: Context;
  readonly visit: Visit;
  readonly entrance: Entrance;
}

export interface Env {
  readonly Bindings: HttpBindings;
  readonly Variables: {
    readonly caller?: Caller;
    /** where the caller came with a cookie */
    readonly session?: Sensitive;
  };
}

/** Of a route that is not open to all, a guard has found who calls. */
export function callerOf(exchange: Exchange<Env>): Caller {
  const caller = exchange.get("caller");
  if (caller === undefined) throw new AppError("LOGIN_NEEDED", "this is for those who are logged in");
  return caller;
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
