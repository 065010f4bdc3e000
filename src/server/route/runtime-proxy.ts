import type { OutgoingHttpHeaders } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "#kernel";
import { reachRuntime } from "#operation";
import { callerOf, type Env } from "../exchange.ts";
import { unhurried } from "../guard/body-time.ts";
import { isHop } from "../hop.ts";
import type { Installation } from "../installation.ts";
import { relay } from "../relay.ts";
import { readRuntimePath } from "../runtime-path.ts";
import { isUpgrade } from "../upgrade.ts";

/**
 * `/v1/internal/runtimes/USER/…` leads to that user's runtime, to whichever of its containers serves, WebSockets too. What
 * the caller sends as `X-Runtime-Authorization` is the runtime's `Authorization`.
 */
export function runtimeProxy(app: OpenAPIHono<Env>, installation: Installation): void {
  app.all("/v1/internal/runtimes/:user/*", async (exchange) => {
    const to = readRuntimePath(exchange.req.url);
    if (to === undefined) throw new AppError("NOT_FOUND", "there is no runtime by that name");
    const { incoming } = exchange.env;
    unhurried(incoming);
    const visited = installation.visit(callerOf(exchange));
    try {
      const stream = await reachRuntime(visited.context, { user: to.user });
      const { status, ended } = await relay(exchange.env, {
        stream,
        path: to.path,
        headers: forwarded(incoming),
        lost: () => new AppError("HOST_UNREACHABLE", "the runtime ended the connection"),
      });
      void ended.then(() => visited.close());
      exchange.set("relayed", status);
      return RESPONSE_ALREADY_SENT;
    } catch (error) {
      await visited.close();
      throw error;
    }
  });
}

/** the caller's own, for this server */
const ours = new Set(["authorization", "cookie", "x-form-token", "x-runtime-authorization"]);

function forwarded(incoming: HttpBindings["incoming"]): OutgoingHttpHeaders {
  const { headers, headersDistinct } = incoming;
  const kept = Object.entries(headersDistinct).filter(([name]) => !isHop(name, headers.connection) && !ours.has(name));
  const authorization = headersDistinct["x-runtime-authorization"]?.[0];
  return {
    ...Object.fromEntries(kept),
    // one that closes with a body half read resets the connection, and what it said of it may be lost
    ...(isUpgrade(incoming) ? { connection: "upgrade", upgrade: "websocket" } : { connection: "keep-alive" }),
    ...(headers["transfer-encoding"] === undefined ? {} : { "transfer-encoding": "chunked" }),
    ...(authorization === undefined ? {} : { authorization }),
  };
}
