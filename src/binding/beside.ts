import type { Service, Variable } from "#contract";
import { isoTime, Sensitive } from "#kernel";
import type { BoundVariable } from "./bound.ts";
import type { Stock } from "./stock.ts";
import { stanceAt } from "./given-version.ts";
import type { Place } from "./scope.ts";
import { slotsOf } from "./part.ts";

/**
 * During a rotation: the variable in which the service takes the other value, whatever else would stand there, and beside
 * it until when, where the contract sets a limit.
 */
export function besideOf(bound: BoundVariable, service: Service, place: Place, stock: Stock): readonly BoundVariable[] {
  const { variable } = bound;
  const { also, slot: name } = stanceAt(variable, service, place, stock) ?? {};
  const value = also === undefined ? undefined : stock.opened.get(also.id);
  if (also === undefined || name === undefined || value === undefined) return [];
  const { id, number, scope } = also;
  const fingerprint = stock.fingerprint(name, value);
  const declared = { ...variable, name, accepts: [] };
  const other = { ...bound, name, variable: declared, value, fingerprint, version: { id, number, scope } };
  const rotation = stock.rotations?.get(variable.name);
  const until = rotation === undefined ? undefined : takenUntil(variable, rotation);
  const isBefore = rotation?.from.id === id && name === slotsOf(variable).previous;
  return until === undefined || !isBefore ? [other] : [other, untilOf(variable, `${name}_UNTIL`, until, stock)];
}

/** All that a rotation may give beside the variable, and takes away again. */
export function namesBeside({ accepts }: Pick<Variable, "accepts">): readonly string[] {
  return accepts.flatMap((slot) => [slot, `${slot}_UNTIL`]);
}

/** When the service stops taking what was signed with the value before, milliseconds since 1970; undefined without a limit. */
export function takenUntil(
  { overlap }: Pick<Variable, "overlap">,
  { startedAt }: { readonly startedAt: number },
): number | undefined {
  return overlap === undefined ? undefined : startedAt + overlap;
}

function untilOf(variable: Variable, name: string, until: number, { fingerprint }: Stock): BoundVariable {
  const value = Sensitive.of(isoTime(until));
  const declared: Variable = { ...variable, name, accepts: [], sensitive: false, type: { kind: "string" } };
  return {
    name,
    variable: declared,
    value,
    fingerprint: fingerprint(name, value),
    sensitive: false,
    origin: "rotation",
  };
}
