import { useState } from "react";
import type { Secret } from "../api/secret.ts";

export interface Selection {
  has(secret: Secret): boolean;
  set(secrets: readonly Secret[], selected: boolean): void;
  clear(): void;
}

/** Which rows are meant. Names that a link brought along are at first, in every scope. */
export function useSelection(names: readonly string[] = []): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>(() => new Set(names.map(anywhere)));
  return {
    has: (secret) => keys.has(keyOf(secret)) || keys.has(anywhere(secret.name)),
    set: (secrets, selected) =>
      setKeys((before) => {
        if (selected) return new Set([...before, ...secrets.map(keyOf)]);
        const taken = new Set(secrets.flatMap((secret) => [keyOf(secret), anywhere(secret.name)]));
        return new Set([...before].filter((key) => !taken.has(key)));
      }),
    clear: () => setKeys(new Set()),
  };
}

/** What was in it is out of it, and the other way round. */
export function turn(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return keys.has(key) ? new Set([...keys].filter((one) => one !== key)) : new Set([...keys, key]);
}

function anywhere(name: string): string {
  return `${name} *`;
}

export function keyOf({ name, scope }: Pick<Secret, "name" | "scope">): string {
  return `${name} ${placeOf(scope)}`;
}

/** `api`, `api@ops1`, `@ops1`; nothing for the whole environment */
export function placeOf({ service = "", host }: Secret["scope"]): string {
  return host === undefined ? service : `${service}@${host}`;
}

/** `1 value`, `3 values` */
export function valueCount(count: number): string {
  return count === 1 ? "1 value" : `${count} values`;
}
