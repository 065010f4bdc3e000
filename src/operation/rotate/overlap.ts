import { takenUntil } from "#binding";
import type { Service } from "#contract";
import { isoTime } from "#kernel";
import type { Rotation, RotationEntry } from "#store";

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

/** When what the value before signed is taken nowhere any more, milliseconds since 1970; the beginning where there is no limit. */
export function overlapEnd(services: readonly Service[], rotation: Pick<Rotation, "name" | "startedAt">): number {
  const ends = signersOf(services, rotation.name).map(({ variable }) => takenUntil(variable, rotation) ?? 0);
  return Math.max(rotation.startedAt, ...ends);
}

/** Everything else is done, and it stays open for its overlap alone: it was left for that, and by nobody since. */
export function isOverlapping(entries: readonly Pick<RotationEntry, "kind">[]): boolean {
  const last = entries.findLastIndex(({ kind }) => kind === "overlap");
  const behind = entries.slice(last + 1);
  const held = behind.filter(({ kind }) => kind === "held").length;
  return last !== -1 && held <= 1 && behind.every(({ kind }) => leaving.has(kind));
}

const leaving: ReadonlySet<string> = new Set(["unproved", "held", "calls"]);

/** Services that have the secret, and what their contracts say of it; each once. */
export function signersOf(services: readonly Service[], name: string) {
  const found = services.flatMap(({ base, contract }) => {
    const variable =
      contract.variables.find((one) => one.name === name) ??
      contract.variables.find(({ derive }) => derive?.kind === "key-map" && [derive.key, derive.root].includes(name));
    return variable === undefined ? [] : [{ service: base, variable }];
  });
  return [...new Map(found.map((one) => [one.service, one])).values()];
}
