import { createHmac } from "node:crypto";
import { sameSecret } from "../../shared/secret.ts";

const header = encode({ alg: "HS256", typ: "JWT" });

/** A JWT (RFC 7519, HS256) for one operator. Times in seconds since the epoch. */
export function signToken(
  secret: string,
  claims: { readonly sub: string; readonly iat: number; readonly exp: number },
): string {
  const signed = `${header}.${encode(claims)}`;
  return `${signed}.${signature(secret, signed)}`;
}

/** The operator that the token names; undefined when it is forged, malformed or over. Only our own header passes. */
export function verifyToken(secret: string, token: string, now: number): string | undefined {
  const [head, payload, mark, ...rest] = token.split(".");
  if (head !== header || payload === undefined || mark === undefined || rest.length > 0) return undefined;
  if (!sameSecret(signature(secret, `${head}.${payload}`), mark)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { sub?: unknown; exp?: unknown };
  return typeof claims.sub === "string" && typeof claims.exp === "number" && claims.exp > now ? claims.sub : undefined;
}

function signature(secret: string, signed: string): string {
  return createHmac("sha256", secret).update(signed).digest("base64url");
}

function encode(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
