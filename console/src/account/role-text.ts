import type { Schemas } from "../api/schema.ts";

/** `production:operator *:viewer`, as on the command line. */
export function roleText(roles: readonly Schemas["RoleAt"][]): string {
  return roles.map(({ environment, role }) => `${environment}:${role}`).join(" ");
}

export function readRoles(text: string): readonly string[] {
  return text.split(/[\s,]+/u).filter((one) => one !== "");
}
