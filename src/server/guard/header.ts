import type { MiddlewareHandler } from "hono";
import { versionHeader } from "#kernel";
import type { Entrance } from "../entrance.ts";
import type { Env } from "../exchange.ts";

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

/** What nobody whose answer is passed on may say in place of this server. */
export const ownHeaders: ReadonlySet<string> = new Set([
  ...Object.keys(headers),
  "strict-transport-security",
  versionHeader,
]);

/** On every answer, refusals too. Nothing of this server is kept by anybody on the way, but for the console's own files. */
export function setHeaders({ proxy }: Entrance, version: string): MiddlewareHandler<Env> {
  const strict = proxy ? { "strict-transport-security": "max-age=31536000" } : {};
  const all = Object.entries({ ...headers, ...strict, "cache-control": "no-store", [versionHeader]: version });
  return async (exchange, next) => {
    // where they cost least: node puts them before whatever the answer has of its own
    for (const [name, value] of all) exchange.env.outgoing.setHeader(name, value);
    await next();
  };
}
