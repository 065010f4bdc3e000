import type { MiddlewareHandler } from "hono";
import type { Entrance } from "../entrance.ts";

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** On every answer, refusals too. Nothing of this server is kept by anybody on the way, but for the console's own files. */
export function setHeaders({ proxy }: Entrance): MiddlewareHandler {
  const all = { ...headers, ...(proxy ? { "strict-transport-security": "max-age=31536000" } : {}) };
  return async (exchange, next) => {
    await next();
    for (const [name, value] of Object.entries(all)) exchange.res.headers.set(name, value);
    if (!exchange.res.headers.has("cache-control")) exchange.res.headers.set("cache-control", "no-store");
  };
}
