import type { Service, Variable } from "#contract";
import { Sensitive } from "#kernel";
import type { Stock } from "./bind.ts";
import { deriveKey } from "./derive.ts";
import { givenVersion } from "./given-version.ts";
import { mayHold } from "./grant.ts";
import type { Place } from "./scope.ts";
import { signToken } from "./sign-token.ts";

export type DerivedSource =
  /** from a root secret, or the user's id itself */
  | { readonly kind: "derived"; readonly value: Sensitive; readonly sensitive: boolean }
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
  // during a rotation a service that has the root itself goes on with both at once
  const own = contract.variables.find((one) => one.name === derive.root) ?? { name: derive.root, accepts: [] };
  const version = givenVersion(own, service, place, stock);
  if (version === undefined) return { kind: "rootless", root: derive.root };
  const root = stock.opened.get(version.id);
  if (root === undefined) return { kind: "unreadable" };
  if (derive.kind === "jwt") {
    if (!mayHold(base, name, stock.grants)) return { kind: "none" };
    return { kind: "derived", value: signToken(derive, root, version.createdAt), sensitive };
  }
  if (user === undefined) return { kind: "none" };
  return { kind: "derived", value: deriveKey(derive, user, root), sensitive: true };
}
