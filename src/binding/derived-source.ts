import type { DeriveRule, Service, Variable } from "#contract";
import { Sensitive } from "#kernel";
import type { Stock } from "./stock.ts";
import { deriveKey } from "./derive.ts";
import { givenVersion, givenVersions } from "./given-version.ts";
import { keyMap, type KeyPair } from "./key-map.ts";
import { mayHold } from "./grant.ts";
import type { Place } from "./scope.ts";
import { signToken } from "./sign-token.ts";

export type DerivedSource =
  /** from a root secret, or the user's id itself */
  | {
      readonly kind: "derived";
      readonly value: Sensitive;
      readonly sensitive: boolean;
      /** ids of the versions that it is made of, and ends with */
      readonly holds?: readonly number[];
    }
  | { readonly kind: "unfit"; readonly reason: string }
  | { readonly kind: "rootless"; readonly root: string }
  | { readonly kind: "unreadable" }
  | { readonly kind: "none" };

/**
 * The root goes nowhere, so that it takes no grant. Neither does a user's own key; a token opens whatever its claims say, and
 * takes one by its own name.
 */
export function derivedSource(variable: Variable, service: Service, place: Place, stock: Stock): DerivedSource {
  const { name, derive, sensitive } = variable;
  const { user, base, contract } = service;
  if (derive === undefined) return { kind: "none" };
  if (derive.kind === "user") {
    return user === undefined ? { kind: "none" } : { kind: "derived", value: Sensitive.of(user.id), sensitive };
  }
  if (derive.kind === "key-map") return mapSource(variable, derive, service, { place, stock });
  // during a rotation a service that has the root itself goes on with both at once
  const own = contract.variables.find((one) => one.name === derive.root) ?? { name: derive.root, accepts: [] };
  const version = givenVersion(own, service, place, stock);
  if (version === undefined) return { kind: "rootless", root: derive.root };
  const root = stock.opened.get(version.id);
  if (root === undefined) return { kind: "unreadable" };
  if (derive.kind === "jwt") {
    if (!mayHold(base, name, stock.grants)) return { kind: "none" };
    return { kind: "derived", value: signToken(derive, root, version.createdAt), sensitive, holds: [version.id] };
  }
  if (user === undefined) return { kind: "none" };
  return { kind: "derived", value: deriveKey(derive, user, root), sensitive: true, holds: [version.id] };
}

type KeyMapRule = Extract<DeriveRule, { readonly kind: "key-map" }>;

/** Of both names the same versions at any time, each key with its own secret. */
function mapSource(
  { name }: Variable,
  { key, root }: KeyMapRule,
  service: Service,
  { place, stock }: { readonly place: Place; readonly stock: Stock },
): DerivedSource {
  const [keys = [], secrets = []] = [key, root].map((wanted) => {
    const own = service.contract.variables.find((one) => one.name === wanted) ?? { name: wanted, accepts: [] };
    return givenVersions(own, service, place, stock);
  });
  if (keys.length === 0 || secrets.length === 0) return { kind: "rootless", root: keys.length === 0 ? key : root };
  if (!mayHold(service.base, name, stock.grants)) return { kind: "none" };
  const pairs = keys.flatMap(({ id }, index): readonly KeyPair[] => {
    const [one, other] = [stock.opened.get(id), stock.opened.get(secrets[index]?.id ?? 0)];
    return one === undefined || other === undefined ? [] : [{ key: one, secret: other }];
  });
  if (pairs.length < keys.length) return { kind: "unreadable" };
  const value = keyMap(pairs);
  if (value === undefined) return { kind: "unfit", reason: `${key} and ${root} have to be text` };
  return { kind: "derived", value, sensitive: true, holds: [...keys, ...secrets].map(({ id }) => id) };
}
