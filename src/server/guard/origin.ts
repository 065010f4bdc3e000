import type { MiddlewareHandler } from "hono";
import { AppError } from "#kernel";
import type { Entrance } from "../entrance.ts";

/**
 * Requests that another page made in a browser. `Origin` comes with every change, `Sec-Fetch-Site` with every request of a
 * present browser; programs send neither. On loopback the host is compared as well: a foreign name that is made to point here
 * would bring its pages along.
 */
export function refuseForeign({ origin, proxy }: Entrance): MiddlewareHandler {
  const { host, port } = new URL(origin);
  const hosts = proxy ? undefined : new Set([host, `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]);
  const origins = new Set(hosts === undefined ? [origin] : [...hosts].map((name) => `http://${name}`));
  return async ({ req }, next) => {
    if (hosts !== undefined && !hosts.has(req.header("host") ?? "")) throw foreign("came for another host");
    const from = req.header("origin");
    if (from !== undefined && !origins.has(from)) throw foreign("came from another origin");
    const site = req.header("sec-fetch-site");
    // a person who follows a link comes to a page, never to what a page is made of
    const ownWay = site === undefined || site === "same-origin" || site === "none";
    if (!ownWay && !(isRead(req.method) && req.header("sec-fetch-mode") === "navigate" && isPage(req.path))) {
      throw foreign("came from another site");
    }
    await next();
  };
}

/** The console's own addresses. What a page is made of lies below /assets, the API below /v1. */
function isPage(path: string): boolean {
  return !/^\/(?:v1|assets)(?:\/|$)/.test(path);
}

export function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function foreign(how: string): AppError {
  return new AppError("REQUEST_FOREIGN", `the request ${how}`);
}
