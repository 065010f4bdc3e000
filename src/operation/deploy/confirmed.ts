import { createHash } from "node:crypto";
import { AppError } from "#kernel";
import type { Plan } from "#plan";

/** Stands for what a plan would do: see {@link digestOf}. */
export function planDigest({ changes }: Pick<Plan, "changes">): string {
  return digestOf(changes);
}

/** Stands for what is shown: whoever confirms it at another time sends it back. 64 hex digits. It serialises to JSON as it is. */
export function digestOf(shown: unknown): string {
  return createHash("sha256").update(JSON.stringify(shown)).digest("hex");
}

/** PLAN_CHANGED where something else was confirmed than what would be done now. */
export function refuseOther(digest: string, expected: string | undefined): void {
  if (expected === undefined || expected === digest) return;
  throw new AppError("PLAN_CHANGED", "something else would be done by now than what was confirmed");
}
