import { loaderReason } from "#access";
import type { Service, Variable } from "#contract";
import type { Finding } from "#kernel";
import type { Grant } from "#store";
import type { Stock } from "./bind.ts";

/** A stored value reaches a service only with a grant; text of manifest and contract is no secret of the store's. */
export function mayHold(service: Service, { name }: Pick<Variable, "name">, stock: Pick<Stock, "grants">): boolean {
  return granted(stock.grants, service.name, name, "hold");
}

/** What the contract asks for and the store does not give. */
export function grantFindings(service: Service, stock: Pick<Stock, "grants" | "versions">): readonly Finding[] {
  return service.contract.variables.flatMap((variable) => [
    ...ungranted(service, variable, stock),
    ...loader(service, variable, stock),
    ...cleared(service, variable, stock),
  ]);
}

function ungranted(
  service: Service,
  variable: Variable,
  stock: Pick<Stock, "grants" | "versions">,
): readonly Finding[] {
  if (!stock.versions.has(variable.name) || mayHold(service, variable, stock)) return [];
  const message = `${service.name} asks for ${variable.name} and has no grant for it`;
  return [refusal(variable, "ungranted", message, `keyturn grant ${service.name} ${variable.name}`)];
}

function loader(service: Service, variable: Variable, { grants }: Pick<Stock, "grants">): readonly Finding[] {
  const reason = loaderReason(variable.name);
  if (reason === undefined || granted(grants, service.name, variable.name, "loader")) return [];
  const message = `${service.name} asks for ${variable.name}, which ${reason}`;
  return [refusal(variable, "loader-name", message, `keyturn grant ${service.name} ${variable.name} --loader`)];
}

/** The store knows the value as a secret, the contract calls it public. */
function cleared(service: Service, variable: Variable, stock: Pick<Stock, "grants" | "versions">): readonly Finding[] {
  const secret = stock.versions.get(variable.name)?.some((version) => version.sensitive) ?? false;
  if (!secret || variable.sensitive || granted(stock.grants, service.name, variable.name, "clear")) return [];
  const message = `${variable.name} is kept as a secret, and ${service.contract.file} no longer calls it sensitive`;
  return [refusal(variable, "cleared", message, `keyturn grant ${service.name} ${variable.name} --clear`)];
}

function granted(grants: readonly Grant[], service: string, name: string, kind: Grant["kind"]): boolean {
  return grants.some((grant) => grant.service === service && grant.name === name && grant.kind === kind);
}

function refusal({ position }: Variable, code: string, message: string, hint: string): Finding {
  return { severity: "error", code, message, position, hint };
}
