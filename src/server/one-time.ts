import type { Sensitive } from "#kernel";

/** What is told once, to whoever asked for it, and kept by nobody here. */
export function oneTimeOf(made: { readonly secret: Sensitive; readonly expiresAt: number }): {
  readonly secret: string;
  readonly expiresAt: number;
} {
  return { secret: made.secret.reveal().toString("utf8"), expiresAt: made.expiresAt };
}
