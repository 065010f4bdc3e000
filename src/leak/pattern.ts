import type { Sensitive } from "#kernel";
import { encodedForms, isSearchable, latin1 } from "./encodings.ts";
import type { EncodedForm, Encoding } from "./form.ts";

/** A real value to look for. */
export interface Secret extends Owner {
  readonly value: Sensitive;
}

/** Whose value it is. */
export interface Owner {
  readonly name: string;
  readonly version?: number;
  readonly environment?: string;
  /** the versions of a name are counted for each of these */
  readonly scope?: { readonly service?: string; readonly host?: string };
  readonly state?: "live" | "retired" | "compromised";
  /** found by a kit, and so perhaps nobody's: the kit's tag, and digests of which a real value has one */
  readonly candidate?: { readonly tag: string; readonly spans: readonly string[] };
}

/** One form of one value; several owners when names share the value. The bytes stay inside this room. */
export interface Pattern {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  readonly owners: readonly Owner[];
}

export function patternsOf(secrets: readonly Secret[]): readonly Pattern[] {
  const patterns = new Map<string, EncodedForm & { readonly owners: Map<string, Owner> }>();
  for (const { owners, bytes } of byValue(secrets)) {
    for (const form of encodedForms(bytes)) {
      const key = latin1(form.bytes);
      const known = patterns.get(key);
      if (known === undefined) patterns.set(key, { ...form, owners: new Map(owners) });
      else for (const [mark, owner] of owners) known.owners.set(mark, owner);
    }
  }
  return [...patterns.values()].map(({ owners, ...form }) => ({ ...form, owners: [...owners.values()] }));
}

/** Names whose value is shorter than 8 bytes without white space around it and line ends: it is not looked for. */
export function unsearchableNames(secrets: readonly Secret[]): readonly string[] {
  const short = secrets.filter(({ value }) => !isSearchable(value.reveal()));
  return [...new Set(short.map(({ name }) => name))];
}

/** The same value under several names, versions and environments is encoded once. */
function byValue(
  secrets: readonly Secret[],
): Iterable<{ readonly bytes: Uint8Array; readonly owners: Map<string, Owner> }> {
  const values = new Map<string, { bytes: Uint8Array; owners: Map<string, Owner> }>();
  for (const { value, ...owner } of secrets) {
    const bytes = value.reveal();
    const key = bytes.toString("latin1");
    const known = values.get(key) ?? { bytes, owners: new Map<string, Owner>() };
    known.owners.set(ownerKey(owner), owner);
    values.set(key, known);
  }
  return values.values();
}

export function ownerKey({ name, version, environment, scope }: Owner): string {
  return JSON.stringify([name, version, environment, scope?.service, scope?.host]);
}
