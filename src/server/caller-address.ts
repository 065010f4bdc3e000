import type { Context as Exchange } from "hono";
import type { Entrance } from "./entrance.ts";
import type { Env } from "./exchange.ts";

/** Who called, as the socket says; behind a proxy or the web part as these say, whose own word is the last of the list. */
export function callerAddress(exchange: Exchange<Env>, { proxy, web = false }: Entrance): string {
  const socket = exchange.env.incoming.socket.remoteAddress ?? "unknown";
  const told = proxy || web ? exchange.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return told !== undefined && /^[0-9a-fA-F.:]{2,45}$/.test(told) ? told : socket;
}
