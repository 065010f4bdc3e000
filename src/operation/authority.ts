import { covers, everywhere, type Role, type RoleAt } from "#access";
import { AppError } from "#kernel";

/** By what right someone asks. */
export type Authority =
  /** who reads the home folder and its key may everything: no check of ours would stop them */
  | { readonly kind: "home" }
  /** came in through the server, and asks for this environment */
  | { readonly kind: "roles"; readonly held: readonly RoleAt[]; readonly environment: string };

/** All that is looked at of whoever asks: a call's context has it. */
interface Asking {
  readonly authority: Authority;
}

/**
 * PERMISSION_DENIED unless the actor has the role in the environment of this call, or in the one that is named. Comes first
 * in each operation that the server offers: without it, nobody learns which environments there are.
 */
export function demand({ authority }: Asking, role: Role, environment?: string): void {
  if (authority.kind === "home") return;
  const needed = { environment: environment ?? authority.environment, role };
  if (!covers(authority.held, needed)) throw denied(needed);
}

/** Nobody gives away more than they have. */
export function demandCovers({ authority }: Asking, given: readonly RoleAt[]): void {
  if (authority.kind === "home") return;
  const more = given.find((one) => !covers(authority.held, one));
  if (more !== undefined) throw denied(more);
}

function denied({ environment, role }: RoleAt): AppError {
  const where = environment === everywhere ? "every environment" : `the environment ${environment}`;
  return new AppError("PERMISSION_DENIED", `this takes the role ${role} in ${where}`);
}
