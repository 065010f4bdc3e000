import { checkGrants } from "#access";
import type { Service } from "#contract";
import type { Finding } from "#kernel";
import type { Grant } from "#store";
import type { Stock } from "./bind.ts";

/** A stored value reaches a service only with a grant; text of manifest and contract is no secret of the store's. */
export function mayHold(service: string, name: string, grants: readonly Grant[]): boolean {
  return grants.some((grant) => grant.service === service && grant.name === name && grant.kind === "hold");
}

/** What the contract asks for and the store does not give. */
export function grantFindings({ name: service, contract }: Service, { grants, versions }: Stock): readonly Finding[] {
  const asks = contract.variables.map(({ name, sensitive, position }) => ({
    service,
    name,
    sensitive,
    position,
    stored: versions.has(name),
  }));
  const sensitive = [...versions]
    .filter(([, stored]) => stored.some((version) => version.sensitive))
    .map(([name]) => ({ service, name }));
  return checkGrants({ asks, grants, sensitive });
}
