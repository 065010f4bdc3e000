import { createHash, timingSafeEqual } from "node:crypto";

/** Same text? The time taken tells nothing about either: digests of one length are compared, not the texts. */
export function sameSecret(expected: string, presented: string | undefined): boolean {
  const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();
  const same = timingSafeEqual(digest(expected), digest(presented ?? ""));
  return same && presented !== undefined && expected !== "";
}

/** the header that carries VOXCORE_SECRET between the three services */
export const secretHeader = "x-voxcore-secret";
