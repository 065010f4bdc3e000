import type { Sensitive } from "#kernel";
import { encodedForms, isSearchable, type Encoding } from "./encodings.ts";

/** A real value to look for. */
export interface Secret {
  readonly name: string;
  readonly version?: number;
  readonly value: Sensitive;
}

export type Owner = Pick<Secret, "name" | "version">;

/** One form of one value; several owners when names share the value. The bytes stay inside this room. */
export interface Pattern {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  readonly owners: readonly Owner[];
}

export function patternsOf(secrets: readonly Secret[]): readonly Pattern[] {
  const patterns = new Map<string, { bytes: Uint8Array; encoding: Encoding; owners: Owner[] }>();
  for (const { value, ...owner } of secrets) {
    for (const form of encodedForms(value.reveal())) {
      const key = Buffer.from(form.bytes).toString("latin1");
      const known = patterns.get(key);
      if (known === undefined) patterns.set(key, { ...form, owners: [owner] });
      else if (!known.owners.some((other) => sameOwner(other, owner))) known.owners.push(owner);
    }
  }
  return [...patterns.values()];
}

/** Names whose value is shorter than 8 bytes without the white space around it: it is not looked for. */
export function unsearchableNames(secrets: readonly Secret[]): readonly string[] {
  const short = secrets.filter(({ value }) => !isSearchable(value.reveal()));
  return [...new Set(short.map(({ name }) => name))];
}

function sameOwner(a: Owner, b: Owner): boolean {
  return a.name === b.name && a.version === b.version;
}
