import { createHmac, hkdfSync } from "node:crypto";
import type { Variables } from "../environment/effective.ts";
import { KeyturnError } from "../error.ts";
import { readSlots } from "./slot.ts";

/**
 * How a user's key comes from a root secret.
 * - `hkdf`: HKDF-SHA256 (RFC 5869) without salt; 32 bytes in base64url behind the prefix. Another product, purpose or version
 *   is another key, and with an epoch one user's key can be changed alone.
 * - `hmac`: HMAC-SHA256 of the user's id, as platforms have it that began without a scheme. Nothing tells two purposes apart.
 */
export type UserKeyRule =
  | {
      readonly kind: "hkdf";
      readonly product: string;
      readonly purpose: string;
      readonly version: number;
      readonly prefix: string;
    }
  | { readonly kind: "hmac"; readonly encoding: "hex" | "base64url" };

export interface KeyUser {
  readonly id: string;
  /** of `hkdf` alone, the user's own: begin with none, count up to revoke */
  readonly epoch?: number;
}

/** The same key each time. */
export function deriveUserKey(rule: UserKeyRule, root: string, user: KeyUser): string {
  if (root === "") throw new KeyturnError("key-missing", "no root secret to derive a key from");
  if (!isId(user.id)) throw new KeyturnError("name-invalid", "expected the id of a user: a text without a zero byte");
  if (rule.kind === "hmac") return hmacKey(rule.encoding, root, user);
  return `${rule.prefix}${Buffer.from(hkdfSync("sha256", root, "", infoOf(rule, user), 32)).toString("base64url")}`;
}

/**
 * The keys that a user's runtime may have while the root changes, in the order to present them: of the root NAME, of
 * NAME_NEXT and of NAME_PREVIOUS, as far as they are set. Where one is refused the next one is tried. Throws a `KeyturnError`
 * (`key-missing`) when NAME has no value.
 */
export function deriveUserKeys(
  rule: UserKeyRule,
  name: string,
  user: KeyUser,
  variables: Variables = process.env,
): readonly string[] {
  const { current, next, previous } = readSlots(name, variables);
  const roots = [current, next, previous].filter((root) => root !== undefined);
  return [...new Set(roots)].map((root) => deriveUserKey(rule, root, user));
}

/** Halves of a character would all become the same one, and their users' keys the same key. */
function isId(id: string): boolean {
  return id !== "" && !id.includes("\0") && Buffer.from(id, "utf8").toString("utf8") === id;
}

function hmacKey(encoding: "hex" | "base64url", root: string, { id, epoch }: KeyUser): string {
  if (epoch !== undefined) throw new KeyturnError("name-invalid", "a key of the kind hmac has no epoch");
  return createHmac("sha256", root).update(id, "utf8").digest(encoding);
}

/** `PRODUCT/PURPOSE/vN\0ID`, and `\0EPOCH` behind it: nothing in a part looks like the end of one. */
function infoOf(
  { product, purpose, version }: Extract<UserKeyRule, { readonly kind: "hkdf" }>,
  { id, epoch }: KeyUser,
): string {
  for (const word of [product, purpose]) {
    if (!/^[A-Za-z0-9._-]+$/.test(word))
      throw new KeyturnError("name-invalid", "expected letters, digits, . _ and - for product and purpose");
  }
  for (const count of [version, epoch ?? 0]) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new KeyturnError("name-invalid", "expected a whole number for version and epoch");
  }
  return `${product}/${purpose}/v${version}\0${id}${epoch === undefined ? "" : `\0${epoch}`}`;
}
