import {
  archiveKind,
  besidesCommits,
  blobPlaces,
  commitsOf,
  missingHistory,
  presentBlobs,
  readBlob,
  readObjects,
  stagedBlobs,
  type BlobPlace,
  type GitObject,
  type GitOptions,
  type LeftOut,
  type TakeObjects,
} from "#corpus";
import { AppError } from "#kernel";
import { searchBytes, scanStream, type Found, type Matcher } from "#leak";
import type { Searched } from "./search-files.ts";
import { allowanceFor, searchPacked } from "./search-packed.ts";

export interface GitTarget {
  readonly kind: "git";
  /** the repository's, or one in it */
  readonly folder: string;
  readonly select: GitSelection;
}

export type GitSelection =
  /** every object, also what no branch leads to any more */
  | { readonly kind: "all" }
  /** what the next commit would bring */
  | { readonly kind: "staged" }
  /** what these commits brought, as `git log` takes them; of `tips` those that are no commits, as tags, are looked into as well */
  | { readonly kind: "revisions"; readonly revisions: readonly string[]; readonly tips?: readonly string[] };

/** Each blob once, with the oldest commit that has it and its path there; messages of commits and tags as well. */
export async function searchGit(matcher: Matcher, target: GitTarget, options: GitOptions): Promise<Searched> {
  const where: Where = { folder: target.folder, ...options };
  const selecting = select(where, target.select);
  const looking = selecting.then(({ ids }) => lookInto(matcher, where, ids));
  const [missing, selected, looked] = await Promise.all([missingHistory(where), selecting, looking]);
  // told already: some of those that are named were not fetched
  const notFetched = selected.ids !== undefined && missing.some(({ reason }) => reason === "partial clone");
  const left = looked.left.filter(({ reason }) => reason !== "unreadable" || !notFetched);
  const blobs = [...looked.findings.filter(({ type }) => type === "blob"), ...left];
  const { places, damaged = [] } = await selected.places(new Set(blobs.map(({ id }) => id)));
  const present = blobs.length === 0 ? new Set<string>() : await presentBlobs(where);
  const findings = looked.findings.map((found) => named(found, places, present));
  const objects = left.map(({ id, path, reason }) => ({ path: pathOf({ id, path }, places, "object"), reason }));
  return { ...looked, findings, left: [...missing, ...damaged, ...objects] };
}

interface Where extends GitOptions {
  readonly folder: string;
}

interface Selected {
  /** every object where there are none */
  readonly ids?: readonly string[];
  /** where these blobs were put */
  readonly places: (blobs: ReadonlySet<string>) => Promise<FoundPlaces>;
}

interface FoundPlaces {
  readonly places: Places;
  /** a history that can't be gone through to its end */
  readonly damaged?: readonly LeftOut[];
}

type Places = ReadonlyMap<string, BlobPlace>;

async function select(where: Where, selection: GitSelection): Promise<Selected> {
  if (selection.kind === "all") return { places: (blobs) => findPlaces(where, blobs) };
  if (selection.kind === "staged") return placesGiven([], await broughtPlaces(where, selection));
  const commits = await commitsOf({ ...where, revisions: selection.revisions });
  const others = await besidesCommits({ ...where, ids: selection.tips ?? [] });
  return placesGiven([...commits, ...others], await broughtPlaces(where, selection));
}

/** What is staged, or what commits put where, oldest first. */
export async function broughtPlaces(
  where: Where,
  selection: Exclude<GitSelection, { kind: "all" }>,
): Promise<readonly BlobPlace[]> {
  if (selection.kind === "staged") return stagedBlobs(where);
  const places: BlobPlace[] = [];
  for (const merges of [false, true]) {
    for await (const place of blobPlaces({ ...where, revisions: selection.revisions, merges })) places.push(place);
  }
  return places;
}

function placesGiven(commits: readonly string[], given: readonly BlobPlace[]): Selected {
  const places = new Map<string, BlobPlace>();
  for (const place of given) if (!places.has(place.blob)) places.set(place.blob, place);
  return { ids: [...commits, ...places.keys()], places: async () => ({ places }) };
}

/** Goes through the history until all are found: those of merges alone at the end, since it takes longest. */
async function findPlaces(where: Where, blobs: ReadonlySet<string>): Promise<FoundPlaces> {
  const places = new Map<string, BlobPlace>();
  try {
    for (const merges of [false, true]) {
      if (places.size === blobs.size) break;
      for await (const place of blobPlaces({ ...where, merges })) {
        if (!blobs.has(place.blob) || places.has(place.blob)) continue;
        places.set(place.blob, place);
        if (places.size === blobs.size) break;
      }
    }
  } catch (error) {
    // what was found counts, wherever it stands
    if (!(error instanceof AppError) || error.code !== "COMMAND_FAILED") throw error;
    return { places, damaged: [{ path: ".", reason: "damaged history" }] };
  }
  return { places };
}

async function lookInto(matcher: Matcher, where: Where, ids: readonly string[] | undefined): Promise<GitSearched> {
  const findings: GitFinding[] = [];
  const archives: GitArchive[] = [];
  const left: GitLeft[] = [];
  let files = 0;
  let bytes = 0;
  const count = ({ id, size }: GitObject, head: Uint8Array): void => {
    files += 1;
    bytes += size;
    if (archiveKind(head) !== undefined) archives.push({ id, size });
  };
  const add = ({ id, type }: GitObject, found: readonly Found[]) => {
    for (const one of found) findings.push({ ...one, id, type });
  };
  const take: TakeObjects = {
    whole: (object, all) => {
      count(object, all);
      add(object, searchBytes(matcher, object.id, all));
    },
    large: (object) => {
      const scan = scanStream(matcher, object.id);
      let isFirst = true;
      return (chunk, last) => {
        if (isFirst) count(object, chunk);
        isFirst = false;
        add(object, scan.write(chunk));
        if (last) add(object, scan.end());
      };
    },
    unreadable: (id) => void left.push({ id, path: id, reason: "unreadable" }),
  };
  await readObjects({ ...where, take, ...(ids === undefined ? {} : { ids }) });
  const packed = await lookIntoArchives(matcher, where, archives);
  const others = findings.filter(({ id }) => !archives.some((archive) => archive.id === id));
  return { files, bytes, findings: [...others, ...packed.findings], left: [...left, ...packed.left] };
}

interface GitArchive {
  readonly id: string;
  readonly size: number;
}

/** Once more, one by one: unpacking waits, and Git would have to wait with it. */
async function lookIntoArchives(matcher: Matcher, where: Where, archives: readonly GitArchive[]) {
  const findings: GitFinding[] = [];
  const left: GitLeft[] = [];
  for (const { id, size } of archives) {
    const packed = { path: id, chunks: readBlob(where, id) };
    const searched = await searchPacked(matcher, packed, allowanceFor(size));
    findings.push(...searched.findings.map((one) => ({ ...one, id, type: "blob" })));
    left.push(...searched.left.map((one) => ({ ...one, id })));
  }
  return { findings, left };
}

/** Its path begins with the object's id. */
type GitFinding = Found & {
  readonly id: string;
  readonly type: string;
};

interface GitLeft extends LeftOut {
  readonly id: string;
}

interface GitSearched extends Pick<Searched, "files" | "bytes"> {
  readonly findings: readonly GitFinding[];
  readonly left: readonly GitLeft[];
}

function named(
  { type, id, path, ...found }: GitFinding,
  places: Places,
  present: ReadonlySet<string>,
): Searched["findings"][number] {
  const place = places.get(id);
  const git = { object: id, ...(place?.commit === undefined ? {} : { commit: place.commit.id, at: place.commit.at }) };
  if (type !== "blob") return { ...found, path: `message of ${type} ${id.slice(0, 12)}`, git };
  return { ...found, path: pathOf({ id, path }, places), git: { ...git, present: present.has(id) } };
}

function pathOf({ id, path }: Pick<GitLeft, "id" | "path">, places: Places, kind = "blob"): string {
  return path.replace(id, () => places.get(id)?.path ?? `${kind} ${id.slice(0, 12)}, in no commit`);
}
