import type { Variables } from "../environment/effective.ts";
import { KeyturnError } from "../error.ts";
import { openCounted, type CountedSecret, type CountingOptions } from "../secret/counted.ts";
import { readSlots } from "../secret/slot.ts";
import {
  checkKeys,
  signToken,
  verifyToken,
  type SignOptions,
  type TokenKeys,
  type TokenVerdict,
  type VerifyOptions,
} from "./token.ts";

/** The keys of NAME: the current one signs, and the others only verify. */
export interface TokenRing extends CountedSecret {
  /** As `signToken`: with the current key. */
  sign(subject: string, options: SignOptions): string;
  /**
   * As `verifyToken`. A token that is valid is counted under its key, one that no key of the ring signed is counted as refused,
   * each with the caller's address.
   */
  verify(token: string, options?: VerifyOptions & { readonly from?: string | undefined }): TokenVerdict;
}

/**
 * Keys for tokens, under their name in the environment. NAME_PREVIOUS verifies until the time that NAME_PREVIOUS_UNTIL says
 * (ISO 8601 with its zone) and no longer, and without it not at all, as is right for a key that others know. NAME_NEXT verifies what another
 * instance signs that has it already.
 *
 * Throws a `KeyturnError`: `key-missing` when NAME has no value, `key-short` when one has less than 32 bytes,
 * `time-malformed`.
 */
export function tokenRing(name: string, options: CountingOptions = {}): TokenRing {
  const { now = () => new Date() } = options;
  const { values, count, ...secret } = openCounted(name, options, { read: readKeys, areSame });
  return {
    ...secret,
    sign: (subject, signing) => signToken(values(), subject, { now: now(), ...signing }),
    verify: (token, { from, ...verifying } = {}) => {
      const verdict = verifyToken(values(), token, { now: now(), ...verifying });
      if (verdict.kind === "valid") count(verdict.signedBy, from);
      else if (verdict.reason === "signature") count("refused", from);
      return verdict;
    },
  };
}

function readKeys(name: string, variables: Variables): TokenKeys {
  const { current = "", previous: key, next } = readSlots(name, variables);
  const until = readUntil(`${name}_PREVIOUS_UNTIL`, variables);
  const previous = key === undefined || until === undefined ? [] : [{ key, until }];
  const keys = { current, previous, ...(next === undefined ? {} : { next }) };
  checkKeys(keys);
  return keys;
}

/** A time without its zone would be another one on each machine. */
function readUntil(name: string, variables: Variables): Date | undefined {
  const text = Object.hasOwn(variables, name) ? (variables[name] ?? "") : "";
  if (text === "") return undefined;
  const time = new Date(text);
  if (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(time.getTime())
  )
    return time;
  throw new KeyturnError("time-malformed", `${name} is malformed: expected a time as 2026-12-31T00:00:00Z`);
}

function areSame(before: TokenKeys, after: TokenKeys): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
