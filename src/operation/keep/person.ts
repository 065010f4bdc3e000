import type { Version } from "#store";
import type { Sighting, Way } from "./sighting.ts";

export interface Person {
  readonly person: string;
  /** as the log has them */
  readonly actors: readonly string[];
  readonly seen: readonly SeenVersion[];
  /** names of which they know what is in use now */
  readonly rotate: readonly string[];
}

export interface SeenVersion extends Pick<Version, "name" | "scope" | "number" | "fingerprint"> {
  readonly use: Use;
  /** the latest first */
  readonly ways: readonly SeenWay[];
}

/**
 * `present`: the store would give it out now, perhaps under another number. `running`: a target still has it from its last
 * release. `replaced` and below: nobody is given it any more; a rollback could bring back a replaced one.
 */
export type Use = "present" | "running" | "replaced" | "retired" | "compromised";

interface SeenWay {
  readonly way: Way;
  readonly actor: string;
  readonly certain: boolean;
  /** the last time, in milliseconds since the epoch */
  readonly at: number;
  readonly times: number;
}

/** By the version's id. */
export type Uses = ReadonlyMap<number, Use>;

/** `account:anna`, `anna@ops1` and `anna (root by sudo)@ops1` are one person; a program's token stays what it is. */
export function personOf(actor: string): string {
  const account = /^account:(.+)$/.exec(actor)?.[1];
  return account ?? /^([^\s@:]+)(?: \(|@)/.exec(actor)?.[1] ?? actor;
}

export function personFrom(person: string, sightings: readonly Sighting[], uses: Uses): Person {
  const seen = [...Map.groupBy(sightings, ({ version }) => version.id).values()].flatMap(
    (all): readonly SeenVersion[] => {
      const [first] = all;
      if (first === undefined) return [];
      const { id, name, scope, number, fingerprint } = first.version;
      return [{ name, scope, number, fingerprint, use: uses.get(id) ?? "replaced", ways: waysOf(all) }];
    },
  );
  const sorted = seen.toSorted((a, b) => (a.name === b.name ? b.number - a.number : a.name < b.name ? -1 : 1));
  const rotate = new Set(sorted.filter(({ use }) => use === "present" || use === "running").map(({ name }) => name));
  return {
    person,
    actors: [...new Set(sightings.map(({ actor }) => actor))].toSorted(),
    seen: sorted,
    rotate: [...rotate],
  };
}

function waysOf(sightings: readonly Sighting[]): readonly SeenWay[] {
  const ways = [...Map.groupBy(sightings, ({ way, actor }) => `${way} ${actor}`).values()].flatMap((all) => {
    const [last] = all.toSorted((a, b) => b.at - a.at);
    if (last === undefined) return [];
    const { way, actor, certain, at } = last;
    return [{ way, actor, certain, at, times: all.length }];
  });
  return ways.toSorted((a, b) => b.at - a.at);
}
