import type { Service, Variable } from "#contract";
import type { RotationPhase, RotationStep, Version } from "#store";
import { partOf, takesTwo, type PairNames } from "./part.ts";

/** A rotation that is open, as far as it has come. Of a pair each name has one, with versions of its own. */
export interface OpenRotation {
  readonly from: Version;
  readonly to: Version;
  readonly pair?: PairNames;
  /** nothing takes two values, not for a moment */
  readonly compromised: boolean;
  readonly steps: readonly RotationStep[];
  /** how many of them services have, or are getting */
  readonly step: number;
  /** milliseconds since 1970 */
  readonly startedAt: number;
}

/** What a service has of a secret that is being rotated: the version it is given, and the one that it takes as well. */
export interface Stance {
  readonly version: Version;
  readonly also?: Version;
  /** the variable in which it is given that one; absent where a map of keys has it */
  readonly slot?: string;
}

/** What the service has behind these steps. */
export function stanceOf(
  service: Pick<Service, "base" | "presents" | "verifies" | "contract">,
  variable: Pick<Variable, "name" | "accepts">,
  rotation: OpenRotation,
): Stance {
  const { from, to } = rotation;
  // no service had it when it was begun: whoever is given it now has nothing to go through
  if (rotation.steps.length === 0) return { version: to };
  const { role, slots } = partOf(service, variable, rotation.pair);
  const reached = phasesOf(service.base, rotation);
  const switched = reached.has("switch") || reached.has("swap");
  const learned = reached.has("accept") || (switched && role !== "presents");
  if (reached.has("forget") || (switched && rotation.compromised)) return { version: to };
  if (role === "presents" || !takesTwo(slots)) return { version: switched ? to : from };
  if (!learned) return { version: from };
  const { next, previous, map } = slots;
  if ((next ?? map) !== undefined && !switched) return { version: from, also: to, ...slotAt(next) };
  return { version: to, also: from, ...slotAt(previous ?? next) };
}

function slotAt(slot: string | undefined): Pick<Stance, "slot"> {
  return slot === undefined ? {} : { slot };
}

/** A service that is in none of the steps came later: it is as far as all the others are. */
function phasesOf(service: string, { steps, step }: OpenRotation): ReadonlySet<RotationPhase> {
  const isKnown = steps.some(({ services }) => services.includes(service));
  const reached = steps.slice(0, step).filter(({ services }) => !isKnown || services.includes(service));
  return new Set(reached.map(({ phase }) => phase));
}
