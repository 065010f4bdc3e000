import { createHmac, hkdfSync } from "node:crypto";
import type { DeriveRule, Service } from "#contract";
import { Sensitive } from "#kernel";

/**
 * One user's key, the same each time: HKDF-SHA256 (RFC 5869) without salt over `PLATFORM/PURPOSE/vN\0USER`, 32 bytes in
 * base64url behind the prefix, or the plain HMAC-SHA256 of the user's id. The sdk's `deriveUserKey` makes the same one.
 */
export function deriveKey(
  rule: Extract<DeriveRule, { readonly kind: "hkdf" | "hmac" }>,
  { id, platform }: NonNullable<Service["user"]>,
  root: Sensitive,
): Sensitive {
  if (rule.kind === "hmac") {
    return Sensitive.of(createHmac("sha256", root.reveal()).update(id, "utf8").digest(rule.encoding));
  }
  const info = `${platform}/${rule.purpose}/v${rule.version}\0${id}`;
  const key = Buffer.from(hkdfSync("sha256", root.reveal(), "", info, 32));
  return Sensitive.of(`${rule.prefix}${key.toString("base64url")}`);
}
