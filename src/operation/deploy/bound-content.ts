import type { BoundTarget, ObservedTarget } from "#plan";
import type { Releases, ReleaseTarget } from "#store";
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
    const found = new Map<string, BoundTarget>();
    for (const { target, label } of labels) {
      const bound = await boundAt(releases, target, label);
      if (bound !== undefined) found.set(target, bound);
    }
    return found;
  });
}

async function boundAt(releases: Releases, target: string, label: string): Promise<BoundTarget | undefined> {
  const number = releaseNumber(label);
  const release = number === undefined ? undefined : await releases.find(number);
  const found = release?.targets.find((one) => one.target === target && one.label === label);
  if (release === undefined || found === undefined) return undefined;
  const proved = release.state === "good" || (await provedLater(releases, found, release.number));
  return { target, label, digest: found.digest, proved, variables: variablesOf(found) };
}

/** A rollout that failed elsewhere may have left this target as it was; one that ended well has proved it. */
async function provedLater(releases: Releases, { target, label }: ReleaseTarget, after: number): Promise<boolean> {
  for (const { number, state } of await releases.list(depth)) {
    if (number <= after) return false;
    if (state !== "good") continue;
    const release = await releases.find(number);
    if (release?.targets.some((one) => one.target === target && one.label === label) === true) return true;
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
