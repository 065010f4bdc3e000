import { isMask, isPlaceholder } from "#contract";
import type { Around, Credential, CredentialFormat } from "#leak";
import { assignedBehind, type Assigned } from "./assignment.ts";
import { isChance, isWords } from "./chance.ts";
import { isInvented, tagOf } from "./invented.ts";
import { spellings } from "./spelling.ts";
import { isThoughtUp } from "./url-password.ts";
import { nameOf, vendorSecrets, type VendorSecret } from "./vendor-secret.ts";

interface Meaning {
  /** of vendors whose key a value of this name may be */
  readonly vendors: readonly VendorSecret[];
  /** a sensitive variable of the platform, in its own spelling or another */
  readonly own?: { readonly name: string; readonly spelled: boolean };
}

/**
 * A value beside the name of what it is for: keys that have no prefix are told from a hash by nothing else. `own` are names that the
 * contracts of the platform call secret, `shown` those that they call public.
 */
export function namedValue(own: readonly string[], shown: readonly string[] = []): CredentialFormat {
  const meanings = meaningsOf(own, shown);
  return {
    name: "named value",
    anchors: [...meanings.keys()],
    reach: 400,
    read: (around) => read(meanings, around),
  };
}

const another =
  /^_(?:PREVIOUS|PREV|NEXT|OLD|NEW|CURRENT|PROD|PRODUCTION|STAGING|LIVE|PRIMARY|SECONDARY|BACKUP|\d{1,2})(?!\w)/i;

function read(meanings: ReadonlyMap<string, Meaning>, { before, text }: Around): Credential | undefined {
  const name = nameAt(meanings, text);
  const meaning = meanings.get(name);
  if (meaning === undefined) return undefined;
  const suffix = another.exec(text.slice(name.length))?.[0] ?? "";
  const behind = text.slice(name.length + suffix.length);
  if (/^[\w-]/.test(behind)) return undefined;
  const assigned = assignedBehind(envCommand(before) ? behind.replace(/^ (?=\S)/, "=") : behind);
  if (assigned === undefined) return undefined;
  const { value, at } = assigned;
  const place = { lead: -(name.length + suffix.length + at), length: name.length + suffix.length + at + value.length };
  const vendor = mayFollow(before, name) ? meaning.vendors.find((one) => one.fits(value)) : undefined;
  if (vendor !== undefined) return { ...place, kind: nameOf(vendor), tag: tagOf(nameOf(vendor), value) };
  const { own } = meaning;
  if (own === undefined || /[\w-]$/.test(before) || !isOwnValue(assigned, own.spelled)) return undefined;
  // no tag: somebody may have thought it up
  return { ...place, kind: `value for ${own.name}${suffix.toUpperCase()}` };
}

/** The longest that stands there: `KEY` begins `KEY_SECRET`. */
function nameAt(meanings: ReadonlyMap<string, Meaning>, text: string): string {
  const [word = ""] = /^[\w-]+/.exec(text) ?? [];
  for (let length = word.length; length > 0; length -= 1) {
    if (meanings.has(word.slice(0, length))) return word.slice(0, length);
  }
  return "";
}

/** `MY_` before a name leaves it what it is. */
function mayFollow(before: string, name: string): boolean {
  const letter = before.slice(-1);
  if (!/[\w-]/.test(letter)) return true;
  return /[_-]/.test(name) ? /[_-]/.test(letter) : /[a-z]/.test(letter) && /^[A-Z]/.test(name);
}

/** In a Dockerfile, and in fish. */
function envCommand(before: string): boolean {
  return /(?:^|\n)[ \t]*(?:ENV|set -[gUx]+)[ \t]+$/.test(before);
}

function isOwnValue({ value, form }: Assigned, spelled: boolean): boolean {
  // formats of their own judge these
  if (/:\/\/|^-----BEGIN|^eyJ|^sb_publishable_/.test(value)) return false;
  if (isPlaceholder(value) || isMask(value) || isInvented(value, 5) || isThoughtUp(value) || isWords(value))
    return false;
  return form === "loose" || spelled
    ? isChance(value)
    : !/^[A-Z][A-Z0-9_]*$|^[\w$]+(?:[.:]+[A-Za-z_$][\w$]*)+$/.test(value);
}

function meaningsOf(own: readonly string[], shown: readonly string[]): ReadonlyMap<string, Meaning> {
  const meanings = new Map<string, Meaning>();
  const open = new Set(shown.flatMap(spellings));
  for (const vendor of vendorSecrets) {
    for (const name of vendor.names.filter((one) => !open.has(one))) {
      const known = meanings.get(name)?.vendors ?? [];
      meanings.set(name, { vendors: [...known, vendor] });
    }
  }
  for (const name of own.filter((one) => one.length >= 6)) {
    for (const spelling of spellings(name)) {
      const { vendors = [], own: known } = meanings.get(spelling) ?? {};
      meanings.set(spelling, { vendors, own: known ?? { name, spelled: spelling !== name } });
    }
  }
  return meanings;
}
