import { createHash, timingSafeEqual } from "node:crypto";
import { KeyturnError } from "../error.ts";

/** Secrets that are accepted: the current one first, then those before it. Those that are absent or empty don't count. */
export type Accepted = string | readonly (string | undefined)[];

/** Which of the secrets it was: 0 is the first of the list. */
export type Match = { readonly kind: "accepted"; readonly index: number } | { readonly kind: "refused" };

/** What is kept of a secret to compare with: of one length, whatever the secret's is. */
export interface Remembered {
  readonly digest: Buffer;
  readonly present: boolean;
}

/**
 * Compares what was presented with every secret of the list; the time taken tells nothing about any of them. Throws a
 * `KeyturnError` (`key-missing`) when the list has none: a door that nothing opens is a mistake of whoever set it up.
 */
export function matchSecret(accepted: Accepted, presented: string | undefined): Match {
  const secrets = typeof accepted === "string" ? [accepted] : accepted;
  if (!secrets.some(isPresent))
    throw new KeyturnError("key-missing", "no secret to compare with: all are absent or empty");
  return matchRemembered(secrets.map(remember), presented);
}

/** For a list that is compared with again and again. */
export function remember(secret: string | undefined): Remembered {
  return { digest: digestOf(secret ?? ""), present: isPresent(secret) };
}

/** Compares with all of them, whichever matches. */
export function matchRemembered(secrets: readonly Remembered[], presented: string | undefined): Match {
  const digest = digestOf(presented ?? "");
  const matches = secrets.map((secret) => timingSafeEqual(secret.digest, digest) && secret.present);
  const index = matches.indexOf(true);
  return index === -1 ? { kind: "refused" } : { kind: "accepted", index };
}

function isPresent(secret: string | undefined): secret is string {
  return secret !== undefined && secret !== "";
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
