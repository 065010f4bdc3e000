/**
 * What becomes of a key, said by the key itself: `…-revoked-…` is not known, `…-exhausted-…` has no quota left,
 * `…-limited-…` may not do this. Any other works.
 */
export type Mood = "ok" | "invalid" | "exhausted" | "scope-limited";

export function moodOf(key: string): Mood {
  if (key === "" || key.includes("revoked")) return "invalid";
  if (key.includes("exhausted")) return "exhausted";
  return key.includes("limited") ? "scope-limited" : "ok";
}
