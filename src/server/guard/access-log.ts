import type { MiddlewareHandler } from "hono";
import { isoTime, type Clock } from "#kernel";
import { callerAddress } from "../caller-address.ts";
import type { Entrance } from "../entrance.ts";
import type { Env } from "../exchange.ts";
import { routePattern } from "../route-pattern.ts";

interface Watched {
  readonly clock: Clock;
  readonly entrance: Entrance;
}

/** The route's pattern, not the path: what somebody pasted into an address stays out of the log. */
export function logAccess(write: (line: string) => void, { clock, entrance }: Watched): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    const begun = clock.monotonic();
    await next();
    const line = {
      at: isoTime(clock.now()),
      method: exchange.req.method,
      route: routePattern(exchange),
      status: exchange.get("relayed") ?? exchange.res.status,
      ms: Math.round(clock.monotonic() - begun),
      actor: exchange.get("caller")?.actor.name ?? null,
      address: callerAddress(exchange, entrance),
    };
    write(`${JSON.stringify(line)}\n`);
  };
}
