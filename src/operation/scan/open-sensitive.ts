import { AppError, type Sensitive } from "#kernel";
import type { Secret } from "#leak";
import type { Transaction, Values, Version } from "#store";

/** That one, or every one that the store has; NOT_FOUND. */
export async function chosenEnvironments(tx: Transaction, environment: string | undefined): Promise<readonly string[]> {
  const names = (await tx.environments.list()).map(({ name }) => name);
  if (environment === undefined) return names;
  if (names.includes(environment)) return [environment];
  throw new AppError("NOT_FOUND", `the store has no environment ${environment}`, {
    hint: names.length === 0 ? "it has none yet: `keyturn set NAME` begins one" : `it has ${names.join(", ")}`,
  });
}

export interface OpenSensitive {
  readonly opened: readonly OpenVersion[];
  /** `NAME v3` of rows that could not be opened */
  readonly unopened: readonly string[];
}

/** A version that could be opened. */
export interface OpenVersion {
  readonly version: Version;
  readonly value: Sensitive;
}

/** As the search takes it. */
export function secretOf({ version, value }: OpenVersion, environment: string): Secret {
  const { name, number, scope, state } = version;
  return { name, version: number, environment, scope, state, value };
}

/** Every sensitive version, live, retired and compromised. */
export async function openSensitive(values: Values): Promise<OpenSensitive> {
  const versions = (await values.all()).filter(({ sensitive }) => sensitive);
  const { opened } = await values.openAll(versions.map(({ id }) => id));
  return {
    opened: versions.flatMap((version) => {
      const value = opened.get(version.id);
      return value === undefined ? [] : [{ version, value }];
    }),
    unopened: versions.filter(({ id }) => !opened.has(id)).map(({ name, number }) => `${name} v${number}`),
  };
}
