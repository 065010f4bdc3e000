import type { Actor } from "#audit";
import type { EnvironmentStore, NewReleaseTarget, Release } from "#store";
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

function releaseTargets({ bound, observations }: Survey): readonly NewReleaseTarget[] {
  return bound.targets.map(({ desired, variables }) => {
    const record = observations.get(desired.target)?.record;
    const same = record !== undefined && record.digest === desired.digest;
    return {
      target: desired.target,
      digest: desired.digest,
      ...(same ? { label: record.release } : {}),
      bindings: variables.map(({ name, fingerprint, sensitive, version, origin, value }) => ({
        name,
        fingerprint,
        sensitive,
        origin,
        ...(version === undefined ? { value } : { version }),
      })),
    };
  });
}
