import { bindService, type BoundVariable, type Stock } from "#binding";
import { targetId, type Platform, type Service } from "#contract";
import type { Sensitive } from "#kernel";
import { slotOf, type Field, type Provider } from "#provider";
import type { Grant } from "#store";

/** What belongs together for one provider, as the services that ask for it get it. */
export interface FoundCredential {
  readonly provider: Provider;
  /** the one that gives it its name first */
  readonly parts: readonly [Part, ...Part[]];
  /** `service@host` */
  readonly targets: readonly string[];
}

interface Part extends Pick<BoundVariable, "name" | "fingerprint" | "version" | "origin"> {
  readonly field: Field;
  readonly value: Sensitive;
}

/**
 * Every credential that the store holds for services of the platform, whether they have the grants yet or not: a key is
 * to be proved before it is given. The same values for several targets are one.
 */
export function findCredentials({ services }: Platform, stock: Stock): readonly FoundCredential[] {
  const found = services.flatMap((service) =>
    service.hosts.flatMap((host) => {
      const { variables } = bindService(service, host, { ...stock, grants: everyGrant(service) });
      const filled = variables.filter(({ value }) => value.byteLength > 0);
      return filled.flatMap((variable) => credentialOf(variable, filled, targetId(service.name, host)));
    }),
  );
  const same = Map.groupBy(found, ({ provider, parts }) => [provider.name, ...parts.map(partKey)].join(" "));
  return [...same.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return [{ ...first, targets: [...first.targets, ...others.flatMap(({ targets }) => targets)] }];
  });
}

function partKey({ name, fingerprint }: Part): string {
  return `${name}=${fingerprint}`;
}

function everyGrant({ name: service, contract }: Service): readonly Grant[] {
  return contract.variables.map(({ name }) => ({ service, name, kind: "hold", actor: "", createdAt: 0 }));
}

function credentialOf(bound: BoundVariable, all: readonly BoundVariable[], target: string): readonly FoundCredential[] {
  const slot = slotOf(bound.variable);
  if (slot === undefined || bound.origin !== "store" || slot.field !== slot.provider.fields[0]) return [];
  const { provider, field: own, affix } = slot;
  const others = provider.fields.slice(1).flatMap((field): readonly Part[] => {
    const names = [...field.names.map((name) => affix.replace("*", name)), ...field.names].filter(
      (name) => name !== bound.name,
    );
    const part = names.map((name) => all.find((one) => one.name === name)).find((one) => one !== undefined);
    return part === undefined ? [] : [partOf(part, field)];
  });
  return [{ provider, parts: [partOf(bound, own), ...others], targets: [target] }];
}

function partOf({ name, fingerprint, version, origin, value }: BoundVariable, field: Field): Part {
  return { name, fingerprint, origin, value, field, ...(version === undefined ? {} : { version }) };
}
