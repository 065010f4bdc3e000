import type { EnvironmentStore, ReleaseTarget } from "#store";

/** A release may cover a part of the platform: how far back the others are looked for. */
const depth = 200;

export interface LastRelease {
  readonly release: number;
  readonly target: ReleaseTarget;
}

/** What each target was last given by a release that ended well. */
export async function lastReleases(
  { releases }: EnvironmentStore,
  targets: readonly string[],
): Promise<ReadonlyMap<string, LastRelease>> {
  const found = new Map<string, LastRelease>();
  for (const { number, state } of await releases.list(depth)) {
    if (state !== "good") continue;
    for (const target of (await releases.find(number))?.targets ?? []) {
      if (!found.has(target.target)) found.set(target.target, { release: number, target });
    }
    if (targets.every((target) => found.has(target))) break;
  }
  return found;
}
