import type { Context as Exchange } from "hono";
import { matchedRoutes } from "hono/route";
import type { Env } from "./exchange.ts";

/** The route that a request came to, as it is written: what somebody pasted into an address is not in it. */
export function routePattern(exchange: Exchange<Env>): string {
  const paths = matchedRoutes(exchange).map(({ path }) => path);
  return paths.findLast((path) => !guarded.has(path)) ?? paths.at(-1) ?? "/*";
}

/** of guards, and of the page, which takes whatever is left */
const guarded: ReadonlySet<string> = new Set(["/*", "/v1/*"]);
