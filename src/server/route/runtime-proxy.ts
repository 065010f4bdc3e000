import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context as Exchange } from "hono";
import { AppError } from "#kernel";
import { reachRuntime } from "#operation";
import { ownHeaders } from "../guard/header.ts";
import { callerOf, type Env, type Installation } from "../installation.ts";

const prefix = /^\/v1\/internal\/runtimes\/([A-Za-z0-9][A-Za-z0-9_-]{0,62})(\/.*)$/;

/**
 * `/v1/internal/runtimes/USER/…` leads to that user's runtime, to whichever of its containers serves. What the caller sends
 * as `X-Runtime-Authorization` is the runtime's `Authorization`.
 */
export function runtimeProxy(app: OpenAPIHono<Env>, installation: Installation): void {
  app.all("/v1/internal/runtimes/:user/*", async (exchange) => {
    const { pathname, search } = new URL(exchange.req.url);
    const [, user = "", path = ""] = prefix.exec(pathname) ?? [];
    if (path === "") throw new AppError("NOT_FOUND", "there is no runtime by that name");
    const visited = installation.visit(callerOf(exchange));
    try {
      const stream = await reachRuntime(visited.context, { user });
      const answer = await ask(exchange, `${path}${search}`, stream);
      answer.once("close", () => void visited.close());
      return answerOf(answer);
    } catch (error) {
      await visited.close();
      throw error;
    }
  });
}

type Stream = Awaited<ReturnType<typeof reachRuntime>>;

function ask({ req }: Exchange<Env>, path: string, stream: Stream): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      createConnection: () => stream,
      method: req.method,
      path,
      headers: forwarded(req.raw.headers),
      signal: req.raw.signal,
    });
    sent.once("response", resolve);
    sent.once("error", () => reject(new AppError("HOST_UNREACHABLE", "the runtime ended the connection")));
    if (req.raw.body === null) sent.end();
    else Readable.fromWeb(req.raw.body).pipe(sent);
  });
}

/** Of one connection, and not of what goes through it. */
const hop = new Set([
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "proxy-authorization",
]);
/** the caller's own, for this server */
const ours = new Set(["authorization", "cookie", "x-form-token", "x-runtime-authorization"]);

function forwarded(headers: Headers): OutgoingHttpHeaders {
  const kept = [...headers].filter(([name]) => !hop.has(name) && !ours.has(name));
  const authorization = headers.get("x-runtime-authorization");
  return { ...Object.fromEntries(kept), connection: "close", ...(authorization === null ? {} : { authorization }) };
}

function answerOf(answer: IncomingMessage): Response {
  const { statusCode: status = 502 } = answer;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    if (!hop.has(name) && !ownHeaders.has(name)) for (const value of values ?? []) headers.append(name, value);
  }
  const empty = status === 204 || status === 304;
  return new Response(empty ? null : Readable.toWeb(answer), { status, headers });
}
