import { covers, roles, type Role, type RoleAt } from "#access";
import type { Context } from "../context.ts";
import { environmentNames } from "../check/environment-names.ts";

export interface VisibleEnvironment {
  readonly name: string;
  /** the most that the caller may there */
  readonly role: Role;
}

/** Those where the caller may at least look, as the manifest orders them. Nobody learns of any other. */
export async function visibleEnvironments(context: Context): Promise<readonly VisibleEnvironment[]> {
  const { authority } = context;
  const names = await environmentNames(context);
  return names.flatMap((name) => {
    const role = authority.kind === "home" ? "admin" : mostAt(authority.held, name);
    return role === undefined ? [] : [{ name, role }];
  });
}

function mostAt(held: readonly RoleAt[], environment: string): Role | undefined {
  return roles.findLast((role) => covers(held, { environment, role }));
}
