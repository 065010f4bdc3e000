import { AppError } from "#kernel";
import type { Acceptance, FoundThing, KeptFinding, SeenState } from "#store";
import { acceptedName, type Accepted } from "../scan/accepted.ts";
import type { CredentialPlace, ScanFinding } from "../scan/search-files.ts";
import type { Looked } from "./looked.ts";

/** Everything of one kind that stands in one file, as it is kept. */
export interface Seen extends SeenState {
  readonly thing: FoundThing;
  /** the list beside keyturn.yaml lets it stand */
  readonly accepted?: Acceptance;
}

/** What a scan tells; with the entry of the list, where one lets it stand. */
export type Told = ScanFinding | (CredentialPlace & { readonly stands?: Accepted });

/** Files say more places than anybody reads: of each the first is kept, and how many there are. */
export async function seenBy(
  looked: Looked,
  found: readonly Told[],
  mask: (text: string) => string,
): Promise<readonly Seen[]> {
  const groups = Map.groupBy(found, (one) => JSON.stringify([one.path, thingOf(one)]));
  return Promise.all([...groups.values()].map((all) => seenOf(looked, all, mask)));
}

/** What makes two of them the same. A line is no part of it: it moves with every change above it. */
export function seenKey({ place, machine, thing }: Pick<KeptFinding, "place" | "machine" | "thing">): string {
  const { kind, where, path } = place;
  const whose = kind === "tree" ? machine : "";
  if (thing.kind === "credential") return JSON.stringify([kind, where, path, whose, thing.format, thing.tag ?? ""]);
  const { name, version, encoding, scope } = thing;
  const of = [name, version, encoding, scope.service ?? "", scope.host ?? ""];
  return JSON.stringify([kind, where, path, whose, ...of]);
}

async function seenOf(looked: Looked, all: readonly Told[], mask: (text: string) => string): Promise<Seen> {
  const shown = all.filter(({ git }) => git?.present === true);
  // a history comes oldest first, and a file from its beginning
  const [first] = shown.length > 0 ? shown : all;
  const [oldest] = all;
  if (first === undefined || oldest === undefined) throw new AppError("INTERNAL", "a group has nothing in it");
  const { root, ...placed } = await looked.placed(first.path);
  const versions = Map.groupBy(all, ({ git }) => git?.object);
  const commit = oldest.git?.commit;
  const places = Math.max(...[...versions.values()].map((one) => one.length));
  const accepted = acceptedBy(all, places);
  return {
    thing: thingOf(first),
    place: { ...placed, path: mask(keptText(placed.path)), where: mask(keptText(placed.where)), ...spotOf(first) },
    places,
    ...(accepted === undefined ? {} : { accepted }),
    ...(commit === undefined ? {} : { commit }),
    present: shown.length > 0 || oldest.git === undefined,
    machine: looked.machine,
    root,
  };
}

function thingOf(one: Told): FoundThing {
  if ("format" in one) {
    const { format, tag } = one;
    return { kind: "credential", format, ...(tag === undefined ? {} : { tag }) };
  }
  const { name, version = 0, encoding, scope = {} } = one;
  return { kind: "value", name, version, encoding, scope };
}

/** Where one version of a file has more of them than the list lets stand, none of them stands. */
function acceptedBy(all: readonly Told[], places: number): Acceptance | undefined {
  const entries = all.map((one) => ("stands" in one ? one.stands : undefined));
  const [entry] = entries;
  if (entry === undefined || entries.includes(undefined)) return undefined;
  return { reason: entry.reason, until: entry.until, by: acceptedName, places };
}

function spotOf({ binary, line, offset }: Told) {
  return binary ? { byte: offset } : { line };
}

/** more of a path tells nobody more */
const longest = 1000;

/** As a database takes it. */
export function keptText(text: string): string {
  return text.replaceAll("\0", "�").slice(0, longest);
}
