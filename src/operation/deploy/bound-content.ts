import type { BoundTarget, ObservedTarget } from "#plan";
import type { Release, Releases, ReleaseTarget } from "#store";
import { inEnvironment, type Context } from "../context.ts";

/** A label may be kept over many releases: how many newer ones are looked through for one that ended well. */
const depth = 200;

/** What each machine's release held when it was made: label `r7` was first bound in release 7. */
export function boundContent(
  context: Context,
  observed: readonly ObservedTarget[],
): Promise<ReadonlyMap<string, BoundTarget>> {
  const labels = observed.flatMap(({ target, ...found }) =>
    found.kind === "observed" && found.state.record !== undefined
      ? [{ target, label: found.state.record.release }]
      : [],
  );
  return inEnvironment(context, async ({ releases }) => {
    const kept = keepRead(releases);
    const found = new Map<string, BoundTarget>();
    for (const { target, label } of labels) {
      const bound = await boundAt(kept, target, label);
      if (bound !== undefined) found.set(target, bound);
    }
    return found;
  });
}

/** Releases that were read already: a thousand targets share a handful, and each is read once. */
interface KeptReleases {
  newest(): ReturnType<Releases["list"]>;
  find(number: number): Promise<ReadRelease | undefined>;
}

interface ReadRelease {
  readonly state: Release["state"];
  readonly targets: ReadonlyMap<string, ReleaseTarget>;
}

function keepRead(releases: Releases): KeptReleases {
  const known = new Map<number, Promise<ReadRelease | undefined>>();
  let newest: ReturnType<Releases["list"]> | undefined;
  return {
    newest: () => (newest ??= releases.list(depth)),
    find: (number) => {
      const found = known.get(number) ?? readRelease(releases, number);
      known.set(number, found);
      return found;
    },
  };
}

async function readRelease(releases: Releases, number: number): Promise<ReadRelease | undefined> {
  const release = await releases.find(number);
  if (release === undefined) return undefined;
  return { state: release.state, targets: new Map(release.targets.map((one) => [one.target, one])) };
}

async function boundAt(releases: KeptReleases, target: string, label: string): Promise<BoundTarget | undefined> {
  const number = releaseNumber(label);
  const release = number === undefined ? undefined : await releases.find(number);
  const found = release?.targets.get(target);
  if (number === undefined || release === undefined || found?.label !== label) return undefined;
  const proved = release.state === "good" || (await provedLater(releases, found, number));
  return { target, label, digest: found.digest, proved, variables: variablesOf(found) };
}

/** A rollout that failed elsewhere may have left this target as it was; one that ended well has proved it. */
async function provedLater(releases: KeptReleases, { target, label }: ReleaseTarget, after: number): Promise<boolean> {
  for (const { number, state } of await releases.newest()) {
    if (number <= after) return false;
    if (state !== "good") continue;
    if ((await releases.find(number))?.targets.get(target)?.label === label) return true;
  }
  return false;
}

function variablesOf({ bindings }: ReleaseTarget): BoundTarget["variables"] {
  return bindings.map(({ name, fingerprint, sensitive, version }) => ({
    name,
    fingerprint,
    sensitive,
    ...(version === undefined ? {} : { version: version.number }),
  }));
}

function releaseNumber(label: string): number | undefined {
  const match = /^r(\d{1,9})$/.exec(label);
  return match === null ? undefined : Number(match[1]);
}
