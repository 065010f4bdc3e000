import type { Service, Variable } from "#contract";

/**
 * What a service does with a secret. `presents`: it shows it to others, or uses it for itself; `verifies`: it takes it
 * from others; `both`, where the same variable serves for either.
 */
export type HolderRole = "presents" | "verifies" | "both";

type Roles = Pick<Service, "presents" | "verifies">;
type Named = Pick<Variable, "name" | "accepts">;

/** Where a service takes a second value beside that of the variable: by the contract's `@accepts`. */
export interface Slots {
  /** for the value to come, while the variable itself keeps the present one */
  readonly next?: string;
  /** for the value before */
  readonly previous?: string;
  /** of a pair: the variable that is a map of keys, and has both pairs meanwhile */
  readonly map?: string;
}

/** Both names of a pair, the one that the manifest says it of first. */
export type PairNames = readonly [string, string];

export interface Part {
  readonly role: HolderRole;
  readonly slots: Slots;
}

/** By the manifest. Whoever is not named there presents it, or does both where its contract takes a second value. */
function roleOf({ presents, verifies }: Roles, { name, accepts }: Named): HolderRole {
  if (verifies.includes(name)) return presents.includes(name) ? "both" : "verifies";
  return accepts.length > 0 && !presents.includes(name) ? "both" : "presents";
}

export function slotsOf({ name, accepts }: Named): Slots {
  const next = accepts.find((slot) => slot === `${name}_NEXT`);
  const previous = accepts.find((slot) => slot !== next);
  return { ...(next === undefined ? {} : { next }), ...(previous === undefined ? {} : { previous }) };
}

/** Whether it takes two values for a while, wherever. */
export function takesTwo({ next, previous, map }: Slots): boolean {
  return (next ?? previous ?? map) !== undefined;
}

/** Whether it can take the new value while it still presents the old one, or needs not present any. */
export function learnsFirst(role: HolderRole, slots: Slots): boolean {
  return role === "verifies" ? takesTwo(slots) : role === "both" && (slots.next ?? slots.map) !== undefined;
}

/**
 * What a service does with the secret of a variable, and where it takes a second value. A pair is held as one: by the role that
 * the manifest gives to its first name, and with a second value of one only where the other has a place of the same kind.
 */
export function partOf(service: Roles & Pick<Service, "contract">, variable: Named, pair?: PairNames): Part {
  if (pair === undefined) return { role: roleOf(service, variable), slots: slotsOf(variable) };
  const [lead, companion] = pair.map((name) => namedIn(service, name));
  const own = slotsOf(variable);
  const [one, other] = [lead, companion].map((named) => (named === undefined ? {} : slotsOf(named)));
  const both = (kind: "next" | "previous") => one?.[kind] !== undefined && other?.[kind] !== undefined;
  const map = mapOf(service, pair);
  const slots: Slots = {
    ...(own.next === undefined || !both("next") ? {} : { next: own.next }),
    ...(own.previous === undefined || !both("previous") ? {} : { previous: own.previous }),
    ...(map === undefined ? {} : { map }),
  };
  const accepts = [slots.next, slots.previous].flatMap((slot) => slot ?? []);
  const said = roleOf(service, { name: pair[0], accepts });
  if (map === undefined) return { role: said, slots };
  // whoever has the map takes the pair; with the two names beside it, it presents them as well
  return { role: lead === undefined || said === "verifies" ? "verifies" : "both", slots };
}

function namedIn({ contract }: Pick<Service, "contract">, name: string): Named | undefined {
  return contract.variables.find((variable) => variable.name === name);
}

function mapOf({ contract }: Pick<Service, "contract">, pair: PairNames): string | undefined {
  return contract.variables.find(
    ({ derive }) => derive?.kind === "key-map" && pair.includes(derive.key) && pair.includes(derive.root),
  )?.name;
}
