import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Entry } from "#dialect";
import { printable } from "#host";
import { AppError, shellWord, type Finding } from "#kernel";
import {
  buildNeedles,
  isCredential,
  matcherOf,
  searchBytes,
  type CredentialFinding,
  type CredentialFormat,
  type LeakFinding,
  type Matcher,
  type Secret,
} from "#leak";
import { readableParts } from "./readable-parts.ts";

export interface BundleSearch {
  /** every sensitive value of the platform, also those that have ended: an old one shows where a new one will be */
  readonly secrets: readonly Secret[];
  /** what anybody may see: variables of the build, and examples of those that contracts call public */
  readonly shown: readonly Entry[];
  /** credentials that the store does not have */
  readonly formats: readonly CredentialFormat[];
  /** `format tag` of those that somebody looked at and lets stand */
  readonly accepted: ReadonlySet<string>;
  /** by the same key those that stood until a day, which is over */
  readonly ended: ReadonlyMap<string, AcceptedOnce>;
}

interface AcceptedOnce {
  readonly reason: string;
  /** the last day, `2027-01-31` */
  readonly until: string;
}

/** stands for what anybody may see */
const anybody = "";

/** What a build has made. */
export interface Built {
  readonly folder: string;
  /** the folder as a person names it, beside keyturn.yaml */
  readonly place: string;
  readonly paths: readonly string[];
}

/** LEAK_FOUND names each place, source maps and what is compressed included, and the way out of each. */
export async function refuseLeaks({ folder, place, paths }: Built, search: BundleSearch): Promise<void> {
  const { secrets, shown, formats } = search;
  // a credential within one of these is covered by it, and not told
  const open = shown.map(({ value }) => ({ name: anybody, value }));
  const matcher = matcherOf(buildNeedles([...secrets, ...open], formats), formats);
  const findings: Finding[] = [];
  for (const path of paths) {
    const bytes = await readFile(join(folder, path));
    findings.push(...leaksIn({ path, bytes, place: join(place, path) }, matcher, search));
  }
  if (findings.length === 0) return;
  throw new AppError("LEAK_FOUND", "the bundle holds secrets, nothing was published", {
    findings,
    hint: "anybody can read a bundle: take each out of what is built, or go the way that stands below it",
  });
}

/** What the file itself shows is not told again of what it holds in another form. */
function leaksIn(
  file: { readonly path: string; readonly bytes: Uint8Array; readonly place: string },
  matcher: Matcher,
  { accepted, ended }: Pick<BundleSearch, "accepted" | "ended">,
): readonly Finding[] {
  const findings: Finding[] = [];
  const told = new Set<string>();
  for (const part of readableParts(file)) {
    const found = searchBytes(matcher, part.path, part.bytes);
    const values = found.flatMap((one) => (isCredential(one) ? [] : [one]));
    const open = new Set(values.filter(({ name }) => name === anybody).map(({ offset }) => offset));
    const leaks = [
      ...values
        .filter((one) => counts(one, open))
        .map((one) => [ownerText(one), { message: valueText(one), hint: valueHint(one) }] as const),
      ...onePerPlace(found.filter(isCredential))
        .map((one) => [`${one.format} ${one.tag}`, one] as const)
        .filter(([key]) => !accepted.has(key))
        .map(([key, one]) => {
          const message = credentialText(one, ended.get(key));
          return [key, { message, hint: credentialHint(one, file.place) }] as const;
        }),
    ];
    const fresh = leaks.filter(([key]) => part.path === file.path || !told.has(key));
    for (const [key, text] of fresh) {
      told.add(key);
      findings.push({ severity: "error", code: "leak", ...text });
    }
  }
  return findings;
}

/** A value that has ended as a secret, and is what a public variable has now, is nobody's secret any more. */
function counts({ name, offset, state = "live" }: LeakFinding, open: ReadonlySet<number>): boolean {
  return name !== anybody && !(state === "retired" && open.has(offset));
}

function onePerPlace(found: readonly CredentialFinding[]): readonly CredentialFinding[] {
  return [...new Map(found.toReversed().map((one) => [one.offset, one])).values()].toReversed();
}

function ownerText({ name, version, state = "live" }: LeakFinding): string {
  return state === "live" ? name : `${name} v${version ?? "?"}, ${state}`;
}

function valueText(found: LeakFinding): string {
  return `${shownPath(found)}:${found.line} holds the value of ${ownerText(found)} (${found.encoding})`;
}

/** Only one that has ended, and that nobody was told to know, may be public now. */
function valueHint({ state = "live" }: LeakFinding): string {
  return state === "retired"
    ? `it can't be accepted; if it is no secret any more, ${asVariable}`
    : "it can't be accepted: take it out";
}

function credentialHint({ tag }: CredentialFinding, place: string): string {
  if (tag === undefined) return `the list can't accept this kind; if anybody may have it, ${asVariable}`;
  // a word that begins with a dash would be an option
  const word = shellWord(place.startsWith("-") ? `./${place}` : place);
  return `if anybody may have it: keyturn scan ${printable(word, longest)} --accept, or ${asVariable}`;
}

const asVariable = "make it the value of a @public variable of a contract";

function credentialText(found: CredentialFinding, once: AcceptedOnce | undefined): string {
  const over = once === undefined ? "" : `, accepted until ${once.until}, which is over: ${printable(once.reason)}`;
  return `${shownPath(found)}:${found.line} holds a credential that the store does not have: ${found.format}${over}`;
}

/** a path as long as any system takes */
const longest = 4096;

function shownPath({ path }: Pick<LeakFinding, "path">): string {
  return printable(path, longest);
}
