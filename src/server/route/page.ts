import type { Context as Exchange, Hono } from "hono";
import { readConsole, type Part, type Parts } from "../console/built.ts";
import { unbuiltPage } from "../console/unbuilt.ts";
import type { Env } from "../exchange.ts";
import { unknownPath } from "../guard/failure.ts";

/**
 * The console, for people with a browser: what is built, and its page wherever a browser asks for a page, because the
 * console's own addresses are known to it alone. Holds nothing that is not public.
 */
export function pageRoutes(app: Hono<Env>, folder: string): void {
  let read: Parts | undefined;
  app.get("*", async (exchange) => {
    const { path } = exchange.req;
    if (path.startsWith("/v1/")) return unknownPath(exchange);
    // one that is built while the server runs is found with the next request
    read ??= await readConsole(folder);
    const part = read?.get(path);
    if (part !== undefined && path !== "/index.html") return sent(exchange, part, cachingOf(path));
    if (exchange.req.header("accept")?.includes("text/html") !== true && path !== "/") return unknownPath(exchange);
    const page = read?.get("/index.html");
    return page === undefined ? exchange.html(unbuiltPage) : sent(exchange, page, "no-cache");
  });
}

/** The names of these have a digest in them. */
function cachingOf(path: string): string {
  return path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

function sent(exchange: Exchange<Env>, { type, bytes, gzipped }: Part, caching: string): Response {
  const headers = { "content-type": type, "cache-control": caching, vary: "accept-encoding" };
  return takesGzip(exchange.req.header("accept-encoding"))
    ? exchange.body(gzipped, 200, { ...headers, "content-encoding": "gzip" })
    : exchange.body(bytes, 200, headers);
}

function takesGzip(accepted = ""): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accepted);
}
