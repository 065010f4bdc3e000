import { placeOf, versionFor } from "#binding";
import type { Service, Variable } from "#contract";
import type { Version } from "#store";

/** A token that services have by `@derive=jwt`, and when it is over. Times in milliseconds since 1970. */
export interface SignedToken {
  /** of the variable */
  readonly name: string;
  readonly services: readonly string[];
  /** the present version of the secret that it is signed with */
  readonly root: Version;
  readonly endsAt: number;
  /** `soon`: no more than 30 days are left, or a tenth of its lifetime where that is less; `over`: nobody takes it */
  readonly state: "fresh" | "soon" | "over";
  readonly variable: Variable;
}

const day = 24 * 3_600_000;
const usualLead = 30 * day;

/** Each token of each root once, what ends first comes first. `mayHold`: whether the service has the grant for it. */
export function signedTokens(
  services: readonly Service[],
  present: readonly Version[],
  { now, mayHold }: { readonly now: number; readonly mayHold: (service: string, name: string) => boolean },
): readonly SignedToken[] {
  const versions = Map.groupBy(present, ({ name }) => name);
  const found = services.flatMap((service) =>
    service.contract.variables.flatMap((variable): readonly SignedToken[] => {
      const { name, derive } = variable;
      if (derive?.kind !== "jwt" || !mayHold(service.base, name)) return [];
      const roots = service.hosts.map(
        (host) => versionFor(versions.get(derive.root) ?? [], placeOf(service, host))?.winner,
      );
      return [...new Set(roots)].flatMap((root) => {
        if (root === undefined) return [];
        const lifetime = derive.lifetime * 1000;
        // as the token itself says it: whole seconds
        const endsAt = Math.floor(root.createdAt / 1000) * 1000 + lifetime;
        const state = stateAt(now, endsAt, lifetime);
        return [{ name, services: [service.base], root, endsAt, state, variable }];
      });
    }),
  );
  const once = Map.groupBy(found, ({ name, root, endsAt }) => `${name} ${root.id} ${endsAt}`);
  return [...once.values()].flatMap(merged).toSorted((a, b) => a.endsAt - b.endsAt);
}

function stateAt(now: number, endsAt: number, lifetime: number): SignedToken["state"] {
  if (now >= endsAt) return "over";
  return endsAt - now <= Math.min(usualLead, lifetime / 10) ? "soon" : "fresh";
}

function merged(same: readonly SignedToken[]): readonly SignedToken[] {
  const [first] = same;
  return first === undefined ? [] : [{ ...first, services: [...new Set(same.flatMap(({ services }) => services))] }];
}
