import { createHmac } from "node:crypto";
import type { DeriveRule } from "#contract";
import { Sensitive } from "#kernel";

const header = encode({ alg: "HS256", typ: "JWT" });

/** A JWT of HS256 (RFC 7519), the same each time: it was issued when its root was made, milliseconds since 1970. */
export function signToken(
  { claims, lifetime }: Extract<DeriveRule, { readonly kind: "jwt" }>,
  root: Sensitive,
  madeAt: number,
): Sensitive {
  const iat = Math.floor(madeAt / 1000);
  const signed = `${header}.${encode({ ...claims, iat, exp: iat + lifetime })}`;
  const signature = createHmac("sha256", root.reveal()).update(signed).digest("base64url");
  return Sensitive.of(`${signed}.${signature}`);
}

function encode(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
