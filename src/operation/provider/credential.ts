import { bindService, placeOf, versionAt, type BoundVariable, type Stock } from "#binding";
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

interface Part extends Held {
  readonly field: Field;
}

/** What a target has under one name. */
interface Held extends Pick<BoundVariable, "name" | "variable" | "fingerprint" | "version" | "origin"> {
  /** absent for a stored one that can't be opened */
  readonly value?: Sensitive;
}

/**
 * Every credential that the store holds for services of the platform, whether they have the grants yet or not: a key is
 * to be proved before it is given. The same values for several targets are one.
 */
export function findCredentials({ services }: Platform, stock: Stock): readonly FoundCredential[] {
  const found = services.flatMap((service) =>
    service.hosts.flatMap((host) => {
      const all = heldBy(service, host, stock);
      return all.flatMap((held) => credentialOf(held, all, targetId(service.name, host)));
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

function heldBy(service: Service, host: string, stock: Stock): readonly Held[] {
  const { variables } = bindService(service, host, { ...stock, grants: everyGrant(service) });
  const unreadable = service.contract.variables.flatMap((variable): readonly Held[] => {
    const { name } = variable;
    const version = versionAt(stock, name, placeOf(service, host));
    if (version === undefined || stock.opened.has(version.id)) return [];
    return [{ name, variable, fingerprint: version.fingerprint, version, origin: "store" }];
  });
  return [...variables.filter(({ value }) => value.byteLength > 0), ...unreadable];
}

function everyGrant({ base: service, contract }: Service): readonly Grant[] {
  return contract.variables.map(({ name }) => ({ service, name, kind: "hold", actor: "", createdAt: 0 }));
}

function credentialOf(held: Held, all: readonly Held[], target: string): readonly FoundCredential[] {
  const slot = slotOf(held.variable);
  if (slot === undefined || held.origin !== "store" || slot.field !== slot.provider.fields[0]) return [];
  const { provider, field: own, affix } = slot;
  const others = provider.fields.slice(1).flatMap((field): readonly Part[] => {
    const names = [...field.names.map((name) => affix.replace("*", name)), ...field.names].filter(
      (name) => name !== held.name,
    );
    const part = names.map((name) => all.find((one) => one.name === name)).find((one) => one !== undefined);
    return part === undefined ? [] : [{ ...part, field }];
  });
  return [{ provider, parts: [{ ...held, field: own }, ...others], targets: [target] }];
}
