import type { HttpBindings } from "@hono/node-server";
import type { Context as Exchange } from "hono";
import { AppError, type Sensitive } from "#kernel";
import type { Caller } from "#operation";

/** What one request and its answer carry, as guards find it and leave it. */
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
