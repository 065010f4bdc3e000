/** From the least to the most: each may what the ones before it may. */
export const roles = ["viewer", "operator", "admin"] as const;

export type Role = (typeof roles)[number];

/** A role in one environment, or everywhere (`*`): accounts and service tokens themselves belong to everywhere. */
export interface RoleAt {
  readonly environment: string;
  readonly role: Role;
}

/** Stands for every environment, those to come included. */
export const everywhere = "*";

export function covers(held: readonly RoleAt[], { environment, role }: RoleAt): boolean {
  return held.some(
    (one) =>
      (one.environment === everywhere || one.environment === environment) &&
      roles.indexOf(one.role) >= roles.indexOf(role),
  );
}

/** `*:viewer production:admin`; one role an environment, in order, so that the same roles are the same text. */
export function formatRoles(held: readonly RoleAt[]): string {
  const byEnvironment = new Map(held.map((one) => [one.environment, one.role]));
  return [...byEnvironment]
    .map(([environment, role]) => `${environment}:${role}`)
    .toSorted()
    .join(" ");
}

/** Undefined for text that is no role: nobody gets one by a typing error. */
export function parseRoles(text: string): readonly RoleAt[] | undefined {
  const found = text.split(" ").map(parseRole);
  return found.every((one) => one !== undefined) ? found : undefined;
}

/** `production:operator`, `*:admin` */
function parseRole(text: string): RoleAt | undefined {
  const [, environment, name] = /^(\*|[A-Za-z0-9][A-Za-z0-9._-]{0,62}):(\w+)$/.exec(text) ?? [];
  const role = roles.find((one) => one === name);
  return environment === undefined || role === undefined ? undefined : { environment, role };
}
