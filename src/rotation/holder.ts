import { learnsFirst, roleOf, slotsOf, type HolderRole, type Slots } from "#binding";
import { instancesOf, type Service } from "#contract";

/** A service that is given a secret, or what follows from it, and what it does with it. */
export interface Holder {
  /** the manifest's name */
  readonly service: string;
  readonly role: HolderRole;
  readonly slots: Slots;
  /** services that take the secret from this one */
  readonly to: readonly string[];
  /** running units or containers on all its hosts */
  readonly instances: number;
  /** the variables that follow from the secret, keys and tokens; absent where there are none */
  readonly derived?: readonly string[];
  /** it has the secret itself, and not only what follows from it */
  readonly root: boolean;
}

/** Everything that changes with a secret. `mayHold`: whether the service has a grant. */
export function holdersOf(
  services: readonly Service[],
  name: string,
  mayHold: (service: string) => boolean,
): readonly Holder[] {
  const deployed = deployedOf(services);
  const holds = (service: Service): boolean => variableOf(service, name) !== undefined && mayHold(service.base);
  const roots = deployed.filter(({ service }) => holds(service)).map(({ service }) => service);
  const others = deployed.filter(({ service }) => !holds(service) && derivedIn(service, name).length > 0);
  const told = roots.filter((service) => takesFrom(service, name)).map(({ base }) => base);
  // where others have what follows from it, whoever has it deals with them, unless the manifest says what it does
  const dealing = roots.filter(({ presents }) => others.length > 0 && !presents.includes(name)).map(({ base }) => base);
  const verifiers = [...new Set([...told, ...dealing])];
  return deployed.flatMap(({ service, instances }): readonly Holder[] => {
    const { base } = service;
    const variable = variableOf(service, name);
    const follows = derivedIn(service, name);
    const derived = follows.length === 0 ? {} : { derived: follows };
    if (variable === undefined || !mayHold(base)) {
      if (follows.length === 0) return [];
      return [{ service: base, role: "presents", slots: {}, to: verifiers, instances, ...derived, root: false }];
    }
    const said = roleOf(service, variable);
    const role = said === "presents" && dealing.includes(base) ? "both" : said;
    const to = role === "verifies" ? [] : receivers(service, name, verifiers);
    return [{ service: base, role, slots: slotsOf(variable), to, instances, ...derived, root: true }];
  });
}

/** It can be told of the new value before anyone presents it. */
export function canLearn({ role, slots }: Holder): boolean {
  return learnsFirst(role, slots);
}

/** Runtimes of many users count as one service with as many instances. */
function deployedOf(services: readonly Service[]) {
  return [...Map.groupBy(services, ({ base }) => base).values()].flatMap((same) => {
    const [service] = same;
    const instances = same.reduce((sum, { hosts, runtime }) => sum + hosts.length * instancesOf(runtime).length, 0);
    return service === undefined || instances === 0 ? [] : [{ service, instances }];
  });
}

function variableOf({ contract }: Service, name: string) {
  return contract.variables.find((variable) => variable.name === name);
}

function derivedIn({ contract }: Service, root: string): readonly string[] {
  return contract.variables
    .filter(({ derive }) => derive !== undefined && "root" in derive && derive.root === root)
    .map(({ name }) => name);
}

function takesFrom(service: Service, name: string): boolean {
  const variable = variableOf(service, name);
  return variable !== undefined && roleOf(service, variable) !== "presents";
}

/** One that the manifest says nothing of, and that takes a second value, presents to itself as well: it signs its own tokens. */
function receivers({ presenting }: Service, name: string, verifiers: readonly string[]): readonly string[] {
  return presenting.get(name)?.to.filter((service) => verifiers.includes(service)) ?? verifiers;
}
