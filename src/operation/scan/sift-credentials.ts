import { dirname, relative, resolve, sep } from "node:path";
import { hookFolder } from "#corpus";
import { buildNeedles, isCredential, matcherOf, searchBytes } from "#leak";
import type { Context } from "../context.ts";
import { acceptedFile, isOver, keyOf, readAccepted, type Accepted } from "./accepted.ts";
import { knownFormats } from "./format/known-formats.ts";
import { isByPlace, placeCounts } from "./format/place-counts.ts";
import { platformOf } from "./format/platform-names.ts";
import type { CredentialPlace } from "./search-files.ts";
import type { ScanTarget } from "./target.ts";

/** A credential that the store does not have. */
export interface ToldCredential extends CredentialPlace {
  /** it was accepted until this day, which is over */
  readonly ended?: { readonly until: string; readonly reason: string };
  /** from the folder of the list of what is accepted */
  readonly listed: string;
}

/** One that stands by the list. */
export interface StandingCredential extends ToldCredential {
  readonly stands: Accepted;
}

export interface Sifted {
  readonly credentials: readonly ToldCredential[];
  readonly standing: readonly StandingCredential[];
}

/** Leaves out what stands where nothing of one's own is, what contracts call public, and what was accepted. */
export async function siftCredentials(
  context: Context,
  target: ScanTarget,
  found: readonly CredentialPlace[],
): Promise<Sifted> {
  if (found.length === 0) return { credentials: [], standing: [] };
  const list = acceptedFile(context);
  const placed = await withListed(found, target, dirname(list), context);
  const counting = placed.filter(({ listed, format }) => placeCounts(listed, format));
  const examples = counting.length === 0 ? new Set() : await publicExamples(context);
  const own = onePerPlace(counting).filter(({ format, tag }) => tag === undefined || !examples.has(`${format} ${tag}`));
  return judged(own, await readAccepted(list), context.clock.now());
}

/** One that its own looks tell is not told again for the name that stands before it. */
function onePerPlace(found: readonly ToldCredential[]): readonly ToldCredential[] {
  const places = Map.groupBy(found, ({ path, offset, git }) => JSON.stringify([path, offset, git?.object]));
  return [...places.values()].map((all) => all.find(({ format }) => !isByPlace(format)) ?? all[0]).filter(isThere);
}

function isThere<T>(one: T | undefined): one is T {
  return one !== undefined;
}

function judged(placed: readonly ToldCredential[], list: readonly Accepted[], now: number): Sifted {
  const entries = new Map(list.map((entry) => [keyOf(entry), entry]));
  const credentials: ToldCredential[] = [];
  const standing: StandingCredential[] = [];
  const groups = Map.groupBy(placed, (one) => JSON.stringify([keyOf({ ...one, path: one.listed }), one.git?.object]));
  for (const [group, all] of groups) {
    const entry = entries.get((JSON.parse(group) as [string])[0]);
    const fits = entry !== undefined && (entry.tag !== undefined || all.length <= (entry.places ?? 0));
    if (!fits) credentials.push(...all);
    else if (isOver(entry, now))
      credentials.push(...all.map((one) => ({ ...one, ended: { until: entry.until, reason: entry.reason } })));
    else standing.push(...all.map((one) => ({ ...one, stands: entry })));
  }
  return { credentials, standing };
}

/** Paths as the list has them, whatever folder the scan began in. */
async function withListed(
  found: readonly CredentialPlace[],
  target: ScanTarget,
  base: string,
  { processEnvironment: variables }: Context,
): Promise<readonly ToldCredential[]> {
  const listed = await listedBy(target, base, variables);
  return found.map((one) => ({ ...one, listed: listed(one.path) }));
}

async function listedBy(
  target: ScanTarget,
  base: string,
  variables: Context["processEnvironment"],
): Promise<(path: string) => string> {
  const from = (folder: string) => (path: string) => relative(base, resolve(folder, path)).split(sep).join("/");
  if (target.kind === "tree") return from(target.folder);
  if (target.kind === "stream") return (path) => path;
  const found = await hookFolder(target.folder, { variables });
  // in a bare repository paths have no folder
  return found.kind === "repository" && found.top !== undefined ? from(found.top) : (path) => path;
}

/** What the contracts of this platform show as the value of a variable that they call public. */
async function publicExamples(context: Context): Promise<ReadonlySet<string>> {
  const platform = await platformOf(context);
  const formats = knownFormats({ now: context.clock.now() });
  const matcher = matcherOf(buildNeedles([], formats), formats);
  const texts = (platform?.services ?? [])
    .flatMap((service) => service.contract.variables)
    .filter(({ sensitive }) => !sensitive)
    .map(({ example }) => Buffer.from(example, "utf8"));
  return new Set(
    texts
      .flatMap((text) => searchBytes(matcher, "", text))
      .flatMap((one) => (isCredential(one) && one.tag !== undefined ? [`${one.format} ${one.tag}`] : [])),
  );
}
