import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Handler } from "hono";
import { AppError } from "#kernel";
import { callerAddress } from "../caller-address.ts";
import type { Entrance } from "../entrance.ts";
import type { Env } from "../exchange.ts";
import { unhurried } from "../guard/body-time.ts";
import { isHop } from "../hop.ts";
import { relay } from "../relay.ts";
import { readRuntimePath } from "../runtime-path.ts";
import { isUpgrade } from "../upgrade.ts";
import type { Worker } from "./worker.ts";

/** Gives the request to the worker as it came, with one thing added: who called. What is answered goes out as it comes. */
export function passOn(worker: Worker, entrance: Entrance): Handler<Env> {
  return async (exchange) => {
    const { incoming } = exchange.env;
    const { pathname, search } = new URL(exchange.req.url);
    if (readRuntimePath(exchange.req.url) !== undefined) unhurried(incoming);
    const { status, ended } = await relay(exchange.env, {
      stream: await worker.reach(),
      path: `${pathname}${search}`,
      headers: onward(incoming, callerAddress(exchange, entrance)),
      lost: cutOff,
    });
    void ended.then(() => letGo(incoming));
    exchange.set("relayed", status);
    return RESPONSE_ALREADY_SENT;
  };
}

/** In these a caller could claim to be at another address. */
const claims: ReadonlySet<string> = new Set(["forwarded", "x-forwarded-for", "x-real-ip"]);

function onward(incoming: IncomingMessage, address: string): OutgoingHttpHeaders {
  const { headers, headersDistinct } = incoming;
  const kept = Object.entries(headersDistinct).filter(
    ([name]) => !isHop(name, headers.connection) && !claims.has(name),
  );
  return {
    ...Object.fromEntries(kept),
    "x-forwarded-for": address,
    // one that closes with a body half read resets the connection, and what it said of it may be lost
    ...(isUpgrade(incoming) ? { connection: "upgrade", upgrade: "websocket" } : { connection: "keep-alive" }),
    ...(headers["transfer-encoding"] === undefined ? {} : { "transfer-encoding": "chunked" }),
  };
}

/** milliseconds in which what is left of a body may still come */
const grace = 500;

/** Whoever has an answer isn't listened to for long: nobody here has asked who it is, and a slow body would hold the socket. */
function letGo(incoming: IncomingMessage): void {
  if (incoming.complete || isUpgrade(incoming)) return;
  setTimeout(() => {
    if (!incoming.complete) incoming.socket.destroySoon();
  }, grace);
}

function cutOff(cause: Error): AppError {
  return new AppError("WORKER_UNREACHABLE", "the worker ended before it had answered", {
    hint: "it may have done what was asked: look before you ask again",
    cause,
  });
}
