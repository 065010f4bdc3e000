import { parseRoles, type RoleAt } from "#access";
import { AppError } from "#kernel";

/** Of accounts and tokens: they stand in the audit log, in tables and behind `account:`. */
export function isIdentityName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._@+-]{0,62}$/.test(name);
}

export function checkIdentityName(name: string): void {
  if (isIdentityName(name)) return;
  throw new AppError("NAME_INVALID", "that is no name for an account or a token", {
    hint: "small letters, digits and . _ @ + -, at most 63, beginning with a letter or a digit",
  });
}

/** `production:operator`, `*:admin`; one for each environment. */
export function readRoles(texts: readonly string[]): readonly RoleAt[] {
  const roles = texts.length === 0 ? undefined : parseRoles(texts.join(" "));
  const environments = new Set(roles?.map(({ environment }) => environment));
  if (roles !== undefined && environments.size === roles.length) return roles;
  throw new AppError("NAME_INVALID", "that is no list of roles", {
    hint: "viewer, operator or admin behind an environment or *, each environment once, as in production:operator",
  });
}

/** Of a row of ours. Nobody gets a role by a row that somebody damaged. */
export function rolesOf({ roles }: { readonly roles: string }): readonly RoleAt[] {
  const parsed = parseRoles(roles);
  if (parsed === undefined) throw new AppError("STORE_BROKEN", "the roles of an account or a token can't be read");
  return parsed;
}
