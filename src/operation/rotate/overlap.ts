import { takenUntil } from "#binding";
import type { Service } from "#contract";
import { isoTime } from "#kernel";
import type { Rotation } from "#store";

/** How long services go on taking what was signed with the value before, by their contracts, milliseconds. */
export function overlapTime(services: readonly Service[], name: string): number {
  return Math.max(0, ...signersOf(services, name).map(({ variable }) => variable.overlap ?? 0));
}

/** Why nothing may be forgotten yet; undefined as soon as it may. */
export function overlapTrouble(
  services: readonly Service[],
  rotation: Pick<Rotation, "name" | "startedAt">,
  now: number,
): string | undefined {
  const waiting = signersOf(services, rotation.name).flatMap(({ service, variable }) => {
    const until = takenUntil(variable, rotation);
    return until === undefined || until <= now ? [] : [{ service, variable, until }];
  });
  const [last] = waiting.toSorted((one, other) => other.until - one.until);
  if (last === undefined) return undefined;
  const { service, variable, until } = last;
  return `${service} takes ${variable.signs ?? "what the old value signed"} until ${isoTime(until)}, by its @overlap`;
}

/** Services that have the secret, and what their contracts say of it; each once. */
export function signersOf(services: readonly Service[], name: string) {
  const found = services.flatMap(({ base, contract }) => {
    const variable = contract.variables.find((one) => one.name === name);
    return variable === undefined ? [] : [{ service: base, variable }];
  });
  return [...new Map(found.map((one) => [one.service, one])).values()];
}
