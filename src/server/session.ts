import type { Context as Exchange } from "hono";
import { setCookie } from "hono/cookie";
import type { Sensitive } from "#kernel";
import { identifySession, type Caller } from "#operation";
import { cookieAttributes, sessionCookie } from "./entrance.ts";
import { callerOf, type Env } from "./exchange.ts";
import type { Installation } from "./installation.ts";

/** The cookie of a session that has just begun, and whose it is. */
export async function letIn(
  { context, entrance }: Installation,
  exchange: Exchange<Env>,
  session: Sensitive,
): Promise<ReturnType<typeof meOf>> {
  setCookie(exchange, sessionCookie(entrance), session.reveal().toString("latin1"), cookieAttributes(entrance));
  return meOf((await identifySession(context, session)) ?? callerOf(exchange));
}

export function meOf({ kind, name, held, formToken }: Caller) {
  return { kind, name, roles: held, ...(formToken === undefined ? {} : { formToken }) };
}
