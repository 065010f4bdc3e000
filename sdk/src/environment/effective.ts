import type { Variable } from "./contract/contract.ts";

/** Variables as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What one variable amounts to: its own text, however empty, or what the contract gives in its place. */
export type Effective =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unresolved"; readonly reference: string };

/** A text that was delivered is taken as it is; only the contract's own has references. */
export function effectiveValue(
  name: string,
  contract: ReadonlyMap<string, Variable>,
  variables: Variables,
  trail: readonly string[] = [],
): Effective {
  const own = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (own !== undefined) return { kind: "text", text: own };
  const fallback = contract.get(name)?.fallback;
  if (fallback === undefined) return { kind: "absent" };
  let text = "";
  for (const part of fallback) {
    if (part.kind === "text") {
      text += part.text;
      continue;
    }
    const circular = part.name === name || trail.includes(part.name);
    const inner: Effective = circular
      ? { kind: "absent" }
      : effectiveValue(part.name, contract, variables, [...trail, name]);
    if (inner.kind !== "text") return { kind: "unresolved", reference: part.name };
    text += inner.text;
  }
  return { kind: "text", text };
}
