import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { AppError, Sensitive } from "#kernel";
import { identifySession, identifyToken, type Caller } from "#operation";
import { sessionCookie } from "../entrance.ts";
import type { Env } from "../exchange.ts";
import type { Installation } from "../installation.ts";
import { isRead } from "./origin.ts";
import { isOpen } from "./stranger.ts";

/**
 * Finds out who calls: a service token, or else a session's cookie, whose changes need the form token as well. LOGIN_NEEDED
 * when it is nobody.
 */
export function knowCaller({ context, entrance }: Installation): MiddlewareHandler<Env> {
  const name = sessionCookie(entrance);
  return async (exchange, next) => {
    const { req } = exchange;
    if (isOpen(req.path) || exchange.get("caller") !== undefined) return next();
    const [authorization, cookie] = [req.header("authorization"), getCookie(exchange, name)];
    if (authorization !== undefined) {
      const [, secret] = /^Bearer ([\w.~+/=-]{1,200})$/i.exec(authorization) ?? [];
      const caller = secret === undefined ? undefined : await identifyToken(context, Sensitive.of(secret));
      if (caller === undefined) throw nobody("this service token opens nothing");
      exchange.set("caller", caller);
      return next();
    }
    if (cookie === undefined) throw nobody("this is for those who are logged in");
    const session = Sensitive.of(cookie);
    const caller = await identifySession(context, session);
    if (caller === undefined) throw nobody("the session is over");
    if (!isRead(req.method) && !isSame(req.header("x-form-token"), caller.formToken)) {
      throw new AppError("REQUEST_FOREIGN", "the request has no form token of this session");
    }
    exchange.set("caller", caller);
    exchange.set("session", session);
    await next();
  };
}

/** No browser and no network is in between: who has this connection is known. */
export function takeFor(caller: Caller): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    exchange.set("caller", caller);
    await next();
  };
}

function isSame(given = "", expected = ""): boolean {
  return expected !== "" && Sensitive.of(given).equals(Sensitive.of(expected));
}

function nobody(message: string): AppError {
  return new AppError("LOGIN_NEEDED", message);
}
