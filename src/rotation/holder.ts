import { learnsFirst, roleOf, slotsOf, type HolderRole, type Slots } from "#binding";
import { instancesOf, type Service } from "#contract";

/** A service that is given a secret, and what it does with it. */
export interface Holder {
  /** the manifest's name */
  readonly service: string;
  readonly role: HolderRole;
  readonly slots: Slots;
  /** services that take the secret from this one */
  readonly to: readonly string[];
  /** running units or containers on all its hosts */
  readonly instances: number;
  /** the variable that follows from the secret, where it isn't the secret itself */
  readonly derived?: string;
}

/** Everything that changes with a secret. `mayHold`: whether the service has a grant. */
export function holdersOf(
  services: readonly Service[],
  name: string,
  mayHold: (service: string) => boolean,
): readonly Holder[] {
  const deployed = [...Map.groupBy(services, ({ base }) => base).values()].flatMap((same) => {
    const [service] = same;
    const instances = same.reduce((sum, { hosts, runtime }) => sum + hosts.length * instancesOf(runtime).length, 0);
    return service === undefined || instances === 0 ? [] : [{ service, instances }];
  });
  const holding = deployed.filter(({ service }) => variableOf(service, name) !== undefined && mayHold(service.base));
  const verifiers = holding.flatMap(({ service }) => (takesFrom(service, name) ? [service.base] : []));
  return deployed.flatMap(({ service, instances }): readonly Holder[] => {
    const { base } = service;
    const variable = variableOf(service, name);
    if (variable !== undefined && mayHold(base)) {
      const role = roleOf(service, variable);
      const to = role === "verifies" ? [] : receivers(service, name, verifiers);
      return [{ service: base, role, slots: slotsOf(variable), to, instances }];
    }
    const derived = service.contract.variables.find(
      ({ derive }) => derive !== undefined && "root" in derive && derive.root === name,
    );
    return derived === undefined
      ? []
      : [{ service: base, role: "presents", slots: {}, to: [], instances, derived: derived.name }];
  });
}

/** It can be told of the new value before anyone presents it. */
export function canLearn({ role, slots }: Holder): boolean {
  return learnsFirst(role, slots);
}

function variableOf({ contract }: Service, name: string) {
  return contract.variables.find((variable) => variable.name === name);
}

function takesFrom(service: Service, name: string): boolean {
  const variable = variableOf(service, name);
  return variable !== undefined && roleOf(service, variable) !== "presents";
}

/** One that the manifest says nothing of, and that takes a second value, presents to itself as well: it signs its own tokens. */
function receivers({ presenting }: Service, name: string, verifiers: readonly string[]): readonly string[] {
  return presenting.get(name)?.to.filter((service) => verifiers.includes(service)) ?? verifiers;
}
