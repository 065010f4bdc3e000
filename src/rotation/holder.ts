import { learnsFirst, partOf, type HolderRole, type PairNames, type Slots } from "#binding";
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

/** Everything that changes with a secret, or with a pair. `mayHold`: whether the service has a grant, of a pair both. */
export function holdersOf(
  services: readonly Service[],
  name: string,
  mayHold: (service: string) => boolean,
  pair?: PairNames,
): readonly Holder[] {
  const names = pair ?? [name];
  const deployed = deployedOf(services);
  const isRoot = (service: Service): boolean => holds(service, names) && mayHold(service.base);
  const partIn = (service: Service) => partOf(service, variableOf(service, name) ?? { name, accepts: [] }, pair);
  const roots = deployed.filter(({ service }) => isRoot(service)).map(({ service }) => service);
  const maps = deployed.filter(({ service }) => partIn(service).slots.map !== undefined).map(({ service }) => service);
  const others = deployed.filter(
    ({ service }) => !isRoot(service) && !maps.includes(service) && derivedIn(service, names).length > 0,
  );
  const told = roots.filter((service) => partIn(service).role !== "presents").map(({ base }) => base);
  // where others have what follows from it, whoever has it deals with them, unless the manifest says what it does
  const dealing = roots.filter(({ presents }) => others.length > 0 && !presents.includes(name)).map(({ base }) => base);
  const mapped = maps.map(({ base }) => base);
  const verifiers = [...new Set([...told, ...mapped, ...dealing])];
  return deployed.flatMap(({ service, instances }): readonly Holder[] => {
    const { base } = service;
    const root = isRoot(service);
    const follows = derivedIn(service, names);
    const derived = follows.length === 0 ? {} : { derived: follows };
    if (!root && !maps.includes(service)) {
      if (follows.length === 0) return [];
      return [{ service: base, role: "presents", slots: {}, to: verifiers, instances, ...derived, root }];
    }
    const { role: said, slots } = partIn(service);
    const role = said === "presents" && dealing.includes(base) ? "both" : said;
    // whoever has a map takes what it is shown, whether the manifest says that it is
    const to = role === "verifies" ? [] : [...new Set([...receivers(service, name, verifiers), ...mapped])];
    return [{ service: base, role, slots, to, instances, ...derived, root }];
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

function holds(service: Service, names: readonly string[]): boolean {
  return names.every((name) => variableOf(service, name) !== undefined);
}

function derivedIn({ contract }: Service, roots: readonly string[]): readonly string[] {
  return contract.variables
    .filter(({ derive }) => derive !== undefined && "root" in derive && roots.includes(derive.root))
    .map(({ name }) => name);
}

/** One that the manifest says nothing of, and that takes a second value, presents to itself as well: it signs its own tokens. */
function receivers({ presenting }: Service, name: string, verifiers: readonly string[]): readonly string[] {
  return presenting.get(name)?.to.filter((service) => verifiers.includes(service)) ?? verifiers;
}
