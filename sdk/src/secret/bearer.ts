import type { IncomingMessage, ServerResponse } from "node:http";
import { matchSecret, type Accepted, type Match } from "./same-secret.ts";

/** Judges the `Authorization` header of a request: `Bearer TOKEN` (RFC 6750), compared in constant time. */
export function matchBearer(accepted: Accepted, authorization: string | undefined): Match {
  return matchSecret(accepted, bearerOf(authorization));
}

export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
}

/**
 * A guard for node:http: true when the request may pass; otherwise it has been answered with 401.
 * Throws a `KeyturnError` (`key-missing`) when there is no token to accept, before any request comes.
 */
export function bearerGuard(accepted: Accepted): (request: IncomingMessage, response: ServerResponse) => boolean {
  matchBearer(accepted, undefined);
  return (request, response) => {
    if (matchBearer(accepted, request.headers.authorization).kind === "accepted") return true;
    response.writeHead(401, unauthorized).end();
    return false;
  };
}

export const unauthorized = { "www-authenticate": "Bearer", "content-length": "0", "cache-control": "no-store" };
