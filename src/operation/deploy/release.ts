import type { BoundVariable } from "#binding";
import type { Actor } from "#audit";
import type { DesiredTarget } from "#plan";
import type { EnvironmentStore, NewReleaseTarget, Release, NewBinding } from "#store";
import type { Survey } from "./survey.ts";

/**
 * Binds what was surveyed as a new release. A target whose content the machine has already keeps its label, so that
 * an unchanged file stays unchanged byte for byte.
 */
export function bindRelease(
  environment: EnvironmentStore,
  found: Survey,
  actor: Actor,
  reason: string,
): Promise<Release> {
  return environment.releases.create({ actor, reason, targets: releaseTargets(found) });
}

function releaseTargets(found: Survey): readonly NewReleaseTarget[] {
  return found.bound.targets.map(({ desired, variables }) => {
    const label = labelThere(found, desired);
    return {
      target: desired.target,
      digest: desired.digest,
      ...(label === undefined ? {} : { label }),
      bindings: bindingsOf(variables),
    };
  });
}

/** A stored version by its id; text of manifest and contract with its value, sealed with the release. */
export function bindingsOf(variables: readonly BoundVariable[]): readonly NewBinding[] {
  return variables.map(({ name, fingerprint, sensitive, version, origin, value, holds }) => ({
    name,
    fingerprint,
    sensitive,
    origin,
    ...(version === undefined ? { value } : { version }),
    ...(holds === undefined ? {} : { holds }),
  }));
}

/** Its own, or that of another target which shares its file: two labels would make them write it in turn for ever. */
function labelThere({ bound, observations }: Survey, wanted: DesiredTarget): string | undefined {
  const others = bound.targets.filter(({ desired }) => sharesFile(desired, wanted)).map(({ desired }) => desired);
  return [wanted, ...others]
    .map(({ target }) => observations.get(target)?.record)
    .find((record) => record?.digest === wanted.digest)?.release;
}

function sharesFile(one: DesiredTarget, other: DesiredTarget): boolean {
  return one.host === other.host && one.file !== undefined && one.file.path === other.file?.path;
}
