import { KeyturnError } from "../error.ts";
import type { Slot } from "../secret/slot.ts";
import { judgeTimes, readHs256, secondsOf, signHs256, type Claims } from "./hs256.ts";

/** Keys of 32 bytes or more. */
export interface TokenKeys {
  /** signs, and verifies */
  readonly current: string;
  /** verify only, each until its time; one that is absent or empty does not count */
  readonly previous?: readonly { readonly key: string | undefined; readonly until: Date }[];
  /** verifies only: what those sign with that have it already */
  readonly next?: string | undefined;
}

export interface SignOptions {
  /** seconds */
  readonly lifetime: number;
  readonly audience?: string;
  /** beside those that a token has by itself, never over them */
  readonly claims?: Claims;
  readonly now?: Date;
}

export interface VerifyOptions {
  readonly audience?: string;
  /** seconds, for clocks that differ; none by default */
  readonly skew?: number;
  readonly now?: Date;
}

export type TokenVerdict =
  | {
      readonly kind: "valid";
      readonly subject: string;
      readonly claims: Claims;
      readonly signedBy: Slot;
    }
  | {
      readonly kind: "refused";
      readonly reason: "malformed" | "signature" | "expired" | "early" | "audience";
    };

/** A token that names a device, or a user, for `lifetime` seconds. */
export function signToken(keys: TokenKeys, subject: string, options: SignOptions): string {
  if (subject === "") throw new KeyturnError("name-invalid", "a token needs its subject");
  const iat = secondsOf(options.now ?? new Date());
  const audience = options.audience === undefined ? {} : { aud: options.audience };
  const own = { ...audience, sub: subject, iat, exp: iat + options.lifetime };
  return signHs256({ ...options.claims, ...own }, checkKey(keys.current));
}

/**
 * Whose token this is. With `audience` only tokens that were made for it pass: needed where the key signs other things too,
 * as the JWT secret of a Supabase does.
 */
export function verifyToken(keys: TokenKeys, token: string, options: VerifyOptions = {}): TokenVerdict {
  const now = options.now ?? new Date();
  const ring = ringAt(keys, now);
  const usable = ring.map(({ key }) => checkKey(key));
  const read = readHs256(token, () => usable);
  if (read.kind === "refused") return read;
  const { sub, aud } = read.claims;
  const wrong = judgeTimes(read.claims, now, options.skew ?? 0);
  if (wrong !== undefined) return { kind: "refused", reason: wrong };
  if (typeof sub !== "string" || sub === "") return { kind: "refused", reason: "malformed" };
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (options.audience !== undefined && !audiences.includes(options.audience)) {
    return { kind: "refused", reason: "audience" };
  }
  return { kind: "valid", subject: sub, claims: read.claims, signedBy: ring[read.index]?.slot ?? "current" };
}

/** Those that verify now, the current one first. */
function ringAt({ current, previous = [], next = "" }: TokenKeys, now: Date): readonly RingKey[] {
  const before = previous.flatMap(({ key = "", until }) => (key !== "" && now < until ? [key] : []));
  return [
    { slot: "current", key: current },
    ...before.map((key) => ({ slot: "previous", key }) as const),
    ...(next === "" ? [] : [{ slot: "next", key: next } as const]),
  ];
}

interface RingKey {
  readonly slot: Slot;
  readonly key: string;
}

/** At set-up, so that a key that can't be used is not first found with a token of it. */
export function checkKeys({ current, previous = [], next = "" }: TokenKeys): void {
  for (const key of [current, ...previous.map(({ key = "" }) => key), next]) if (key !== "") checkKey(key);
}

/** RFC 7518, 3.2: no shorter than the hash. */
function checkKey(key: string): string {
  if (key === "") throw new KeyturnError("key-missing", "no key for tokens");
  if (Buffer.byteLength(key) >= 32) return key;
  throw new KeyturnError("key-short", "a key for tokens has less than 32 bytes");
}
