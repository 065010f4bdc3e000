import type { MiddlewareHandler } from "hono";
import { AppError } from "#kernel";
import { callerAddress } from "../caller-address.ts";
import type { Entrance } from "../entrance.ts";
import type { Env } from "../exchange.ts";
import { isOpen } from "../guard/stranger.ts";

/** requests of one address that are at work at the same time */
const most = 8;
/** seconds */
const retryAfter = 2;

/** Whoever is not known yet can't take all the turns at a log-in from one address. SERVER_BUSY beyond a few at once. */
export function limitStrangers(entrance: Entrance): MiddlewareHandler<Env> {
  const atWork = new Map<string, number>();
  return async (exchange, next) => {
    if (!isOpen(exchange.req.path)) return next();
    const address = callerAddress(exchange, entrance);
    const count = atWork.get(address) ?? 0;
    if (count >= most) {
      throw new AppError("SERVER_BUSY", "this address asks for too much at once", { data: { retryAfter } });
    }
    atWork.set(address, count + 1);
    try {
      await next();
    } finally {
      const left = (atWork.get(address) ?? 1) - 1;
      if (left === 0) atWork.delete(address);
      else atWork.set(address, left);
    }
  };
}
