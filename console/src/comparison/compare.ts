import type { Schemas } from "../api/schema.ts";

type Secret = Schemas["Secrets"]["secrets"][number];

export interface Compared {
  /** with its scope, where it is for a part alone */
  readonly name: string;
  /** by environment; one that lacks it is not in it */
  readonly held: ReadonlyMap<string, Secret>;
}

interface Stored {
  readonly name: string;
  readonly secrets: readonly Secret[];
}

/** Every name that any environment holds, in order. */
export function compare(environments: readonly Stored[]): readonly Compared[] {
  const all = environments.flatMap(({ name, secrets }) =>
    secrets.map((secret) => ({ environment: name, name: nameOf(secret), secret })),
  );
  return [...Map.groupBy(all, ({ name }) => name)]
    .map(([name, found]) => ({ name, held: new Map(found.map(({ environment, secret }) => [environment, secret])) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

function nameOf({ name, scope }: Secret): string {
  const only = [scope.service, scope.host].filter((part) => part !== undefined).join("@");
  return only === "" ? name : `${name} (only ${only})`;
}
