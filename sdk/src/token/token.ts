import { KeyturnError } from "../error.ts";
import { judgeTimes, readHs256, secondsOf, signHs256, type Claims } from "./hs256.ts";

/** Keys of 32 bytes or more. */
export interface TokenKeys {
  /** signs, and verifies */
  readonly current: string;
  /** verify only, each until its time; one that is absent or empty does not count */
  readonly previous?: readonly { readonly key: string | undefined; readonly until: Date }[];
}

export type TokenVerdict =
  | {
      readonly kind: "valid";
      readonly subject: string;
      readonly claims: Claims;
      readonly signedBy: "current" | "previous";
    }
  | {
      readonly kind: "refused";
      readonly reason: "malformed" | "signature" | "expired" | "early" | "audience";
    };

/** A token that names a device, or a user, for `lifetime` seconds. `claims` come beside those that it has by itself, never over them. */
export function signToken(
  keys: TokenKeys,
  subject: string,
  options: { readonly lifetime: number; readonly audience?: string; readonly claims?: Claims; readonly now?: Date },
): string {
  if (subject === "") throw new KeyturnError("name-invalid", "a token needs its subject");
  const iat = secondsOf(options.now ?? new Date());
  const audience = options.audience === undefined ? {} : { aud: options.audience };
  const own = { ...audience, sub: subject, iat, exp: iat + options.lifetime };
  return signHs256({ ...options.claims, ...own }, checkKey(keys.current));
}

/**
 * Whose token this is. With `audience` only tokens that were made for it pass: needed where the key signs other things too,
 * as the JWT secret of a Supabase does. `skew`, seconds, is for clocks that differ; none by default.
 */
export function verifyToken(
  keys: TokenKeys,
  token: string,
  options: { readonly audience?: string; readonly skew?: number; readonly now?: Date } = {},
): TokenVerdict {
  const now = options.now ?? new Date();
  const ring = [checkKey(keys.current), ...previousAt(keys, now)];
  const read = readHs256(token, () => ring);
  if (read.kind === "refused") return read;
  const { sub, aud } = read.claims;
  const wrong = judgeTimes(read.claims, now, options.skew ?? 0);
  if (wrong !== undefined) return { kind: "refused", reason: wrong };
  if (typeof sub !== "string" || sub === "") return { kind: "refused", reason: "malformed" };
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (options.audience !== undefined && !audiences.includes(options.audience)) {
    return { kind: "refused", reason: "audience" };
  }
  return { kind: "valid", subject: sub, claims: read.claims, signedBy: read.index === 0 ? "current" : "previous" };
}

function previousAt({ previous = [] }: TokenKeys, now: Date): readonly string[] {
  return previous.flatMap(({ key = "", until }) => (key !== "" && now < until ? [checkKey(key)] : []));
}

/** RFC 7518, 3.2: no shorter than the hash. */
function checkKey(key: string): string {
  if (key === "") throw new KeyturnError("key-missing", "no key for tokens");
  if (Buffer.byteLength(key) >= 32) return key;
  throw new KeyturnError("key-short", "a key for tokens has less than 32 bytes");
}
