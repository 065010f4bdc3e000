import { isMask, isPlaceholder } from "../environment/contract/placeholder.ts";
import type { Variables } from "../environment/effective.ts";
import { KeyturnError } from "../error.ts";

/** During a rotation a verifier may be given, beside NAME, what was NAME before and what NAME will be. */
export type Slot = (typeof slots)[number];

export const slots = ["current", "previous", "next"] as const;

const suffixes: Readonly<Record<Slot, string>> = { current: "", previous: "_PREVIOUS", next: "_NEXT" };

/**
 * NAME, NAME_PREVIOUS and NAME_NEXT. Empty texts, placeholders and masks are no values, as at boot. Throws a `KeyturnError`
 * (`key-missing`) when NAME has none, whatever the other two have.
 */
export function readSlots(name: string, variables: Variables): Readonly<Record<Slot, string | undefined>> {
  const read = (slot: Slot) => usable(variables, name + suffixes[slot]);
  const current = read("current");
  if (current === undefined) throw new KeyturnError("key-missing", `${name} has no value: expected a secret`);
  return { current, previous: read("previous"), next: read("next") };
}

function usable(variables: Variables, name: string): string | undefined {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return text === undefined || text === "" || isPlaceholder(text) || isMask(text) ? undefined : text;
}
