import { loaderReason } from "#access";
import { isSetting } from "#binding";
import { checkValue, type Platform, type Service, type Variable } from "#contract";
import { AppError, type Finding, type Sensitive } from "#kernel";
import type { Grant, Scope, Version } from "#store";

/** One service's wish for a name, as its contract has it. */
export interface Declaration {
  readonly service: Service;
  readonly variable: Variable;
}

/** Every service that declares the name and runs where the scope reaches, in the platform's order. */
export function declarationsOf({ services }: Platform, name: string, scope: Scope = {}): readonly Declaration[] {
  return services
    .filter((service) => hasScope(service, scope))
    .filter(({ hosts }) => scope.host === undefined || hosts.includes(scope.host))
    .flatMap((service) =>
      service.contract.variables.filter((one) => one.name === name).map((variable) => ({ service, variable })),
    );
}

function hasScope({ name, perUser }: Service, scope: Scope): boolean {
  return isSetting({ scope }) ? perUser !== undefined : (scope.service ?? name) === name;
}

/** NOT_FOUND for a service or host that the platform lacks: a value there would reach nobody. */
export function checkScope({ services, hosts }: Platform, { service, host }: Scope): void {
  const known = (kind: string, name: string | undefined, all: readonly { readonly name: string }[]) => {
    if (name === undefined || all.some((one) => one.name === name)) return;
    const hint = `there are ${all.map((one) => one.name).join(", ")}`;
    throw new AppError("NOT_FOUND", `no ${kind} is called ${name}`, { hint });
  };
  known("service", service, services);
  known("host", host, hosts);
  if (service === undefined || host === undefined) return;
  if (services.some((one) => one.name === service && one.hosts.includes(host))) return;
  throw new AppError("NOT_FOUND", `${service} does not run on ${host}`);
}

/** What speaks against a value, contract by contract. Says nothing of the value. */
export function misfits(declarations: readonly Declaration[], value: Sensitive): readonly Finding[] {
  return declarations.flatMap(({ service, variable }): Finding[] => {
    const reason = checkValue(variable, value);
    if (reason === undefined) return [];
    const message = `${variable.name} ${reason}, as ${service.name} declares it`;
    return [{ severity: "error", code: "invalid", message, position: variable.position }];
  });
}

/**
 * Sensitive unless every contract that declares the name calls it public. A value that is kept as a secret stays one
 * until each of those services has the grant to lose it.
 */
export function isSensitive(
  declarations: readonly Declaration[],
  versions: readonly Version[],
  grants: readonly Grant[],
): boolean {
  if (declarations.length === 0 || declarations.some(({ variable }) => variable.sensitive)) return true;
  if (!versions.some(({ sensitive }) => sensitive)) return false;
  return declarations.some(
    ({ service, variable }) => !isGranted(grants, { service: service.name, name: variable.name, kind: "clear" }),
  );
}

export function isGranted(
  grants: readonly Grant[],
  { service, name, kind }: Pick<Grant, "service" | "name" | "kind">,
): boolean {
  return grants.some((grant) => grant.service === service && grant.name === name && grant.kind === kind);
}

/** May have the stored value: holds the name, and may be steered by it where it steers a loader. */
export function mayReceive({ service, variable: { name } }: Declaration, grants: readonly Grant[]): boolean {
  if (!isGranted(grants, { service: service.name, name, kind: "hold" })) return false;
  return loaderReason(name) === undefined || isGranted(grants, { service: service.name, name, kind: "loader" });
}
