import type { Service, Variable } from "#contract";
import type { RotationPhase, RotationStep, Version } from "#store";

/** A rotation that is open, as far as it has come. */
export interface OpenRotation {
  readonly from: Version;
  readonly to: Version;
  /** nothing takes two values, not for a moment */
  readonly compromised: boolean;
  readonly steps: readonly RotationStep[];
  /** how many of them services have, or are getting */
  readonly step: number;
  /** milliseconds since 1970 */
  readonly startedAt: number;
}

/** What a service has of a secret that is being rotated: the version it is given, and the one that it takes beside it. */
export interface Stance {
  readonly version: Version;
  readonly beside?: { readonly name: string; readonly version: Version };
}

/**
 * What a service does with a secret. `presents`: it shows it to others, or uses it for itself; `verifies`: it takes it
 * from others; `both`, where the same variable serves for either.
 */
export type HolderRole = "presents" | "verifies" | "both";

/** By the manifest. Whoever is not named there presents it, or does both where its contract takes a second value. */
export function roleOf(
  { presents, verifies }: Roles,
  { name, accepts }: Pick<Variable, "name" | "accepts">,
): HolderRole {
  if (verifies.includes(name)) return presents.includes(name) ? "both" : "verifies";
  return accepts.length > 0 && !presents.includes(name) ? "both" : "presents";
}

type Roles = Pick<Service, "presents" | "verifies">;

/** The variables beside one in which a service takes a second value: by the contract's `@accepts`. */
export interface Slots {
  /** for the value to come, while the variable itself keeps the present one */
  readonly next?: string;
  /** for the value before */
  readonly previous?: string;
}

export function slotsOf({ name, accepts }: Pick<Variable, "name" | "accepts">): Slots {
  const next = accepts.find((slot) => slot === `${name}_NEXT`);
  const previous = accepts.find((slot) => slot !== next);
  return { ...(next === undefined ? {} : { next }), ...(previous === undefined ? {} : { previous }) };
}

/** Whether it can take the new value while it still presents the old one, or needs not present any. */
export function learnsFirst(role: HolderRole, { next, previous }: Slots): boolean {
  return role === "verifies" ? (next ?? previous) !== undefined : role === "both" && next !== undefined;
}

/** What the service has behind these steps. */
export function stanceOf(
  service: Roles & Pick<Service, "base">,
  variable: Pick<Variable, "name" | "accepts">,
  rotation: OpenRotation,
): Stance {
  const { from, to } = rotation;
  // no service had it when it was begun: whoever is given it now has nothing to go through
  if (rotation.steps.length === 0) return { version: to };
  const role = roleOf(service, variable);
  const slots = slotsOf(variable);
  const reached = phasesOf(service.base, rotation);
  const switched = reached.has("switch") || reached.has("swap");
  const learned = reached.has("accept") || (switched && role !== "presents");
  if (reached.has("forget") || (switched && rotation.compromised)) return { version: to };
  if (role === "presents" || (slots.next ?? slots.previous) === undefined) return { version: switched ? to : from };
  if (!learned) return { version: from };
  if (slots.next !== undefined && !switched) return { version: from, beside: { name: slots.next, version: to } };
  return { version: to, beside: { name: slots.previous ?? slots.next ?? "", version: from } };
}

/** A service that is in none of the steps came later: it is as far as all the others are. */
function phasesOf(service: string, { steps, step }: OpenRotation): ReadonlySet<RotationPhase> {
  const isKnown = steps.some(({ services }) => services.includes(service));
  const reached = steps.slice(0, step).filter(({ services }) => !isKnown || services.includes(service));
  return new Set(reached.map(({ phase }) => phase));
}
