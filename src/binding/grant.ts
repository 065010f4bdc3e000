import { checkGrants, type GrantFinding } from "#access";
import type { DeriveRule, Service } from "#contract";
import type { Grant } from "#store";
import type { Stock } from "./stock.ts";
import { versionFor, type Place } from "./scope.ts";

/** A stored value reaches a service only with a grant; text of manifest and contract is no secret of the store's. */
export function mayHold(service: string, name: string, grants: readonly Grant[]): boolean {
  return grants.some((grant) => grant.service === service && grant.name === name && grant.kind === "hold");
}

/**
 * What the contract asks for and the store does not give. A value that stands elsewhere is not asked for here; a token is
 * there as soon as its root is.
 */
export function grantFindings(
  { base: service, contract, user }: Service,
  place: Place,
  { grants, versions }: Stock,
): readonly GrantFinding[] {
  const winner = (name: string) => versionFor(versions.get(name) ?? [], place)?.winner;
  const asked = contract.variables
    .filter(({ derive }) => derive === undefined || isOfService(derive) || user === undefined)
    .map((variable) => ({ variable, version: winner(variable.name) }));
  const asks = asked.map(({ variable: { name, sensitive, position, derive }, version }) => ({
    service,
    name,
    sensitive,
    position,
    stored: version !== undefined || (derive !== undefined && isOfService(derive) && winner(derive.root) !== undefined),
  }));
  const sensitive = asked.flatMap(({ variable: { name }, version }) => (version?.sensitive ? [{ service, name }] : []));
  return checkGrants({ asks, grants, sensitive });
}

/** Of the whole service, and not of one user. */
function isOfService(derive: DeriveRule): derive is Extract<DeriveRule, { readonly kind: "jwt" | "key-map" }> {
  return derive.kind === "jwt" || derive.kind === "key-map";
}
