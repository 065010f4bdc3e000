import type { Sensitive } from "#kernel";
import { encodedForms, type Encoding } from "./encodings.ts";

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

/** `unsearchable` are the names whose value is shorter than 8 bytes without the white space around it. */
export function patternsOf(secrets: readonly Secret[]): {
  readonly patterns: readonly Pattern[];
  readonly unsearchable: readonly string[];
} {
  const patterns = new Map<string, { bytes: Uint8Array; encoding: Encoding; owners: Owner[] }>();
  const unsearchable = new Set<string>();
  for (const { value, ...owner } of secrets) {
    const forms = encodedForms(value.reveal());
    if (forms.length === 0) unsearchable.add(owner.name);
    for (const form of forms) {
      const key = Buffer.from(form.bytes).toString("latin1");
      const known = patterns.get(key);
      if (known === undefined) patterns.set(key, { ...form, owners: [owner] });
      else if (!known.owners.some((other) => sameOwner(other, owner))) known.owners.push(owner);
    }
  }
  return { patterns: [...patterns.values()], unsearchable: [...unsearchable] };
}

function sameOwner(a: Owner, b: Owner): boolean {
  return a.name === b.name && a.version === b.version;
}
