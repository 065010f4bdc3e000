import { AppError, type Finding } from "#kernel";
import type { EnvironmentStore, Version } from "#store";
import { lastReleases } from "./last-release.ts";
import type { Survey } from "./survey.ts";

/** Where versions are in use, by what the store binds and what the hosts have. */
export interface RetiredUse {
  /** why they can't be retired yet */
  readonly findings: readonly Finding[];
  /** keep them, or may keep them, in the release before */
  readonly kept: readonly string[];
  /** can't be looked at now, and were given them once */
  readonly away: readonly string[];
}

export async function findUse(
  environment: EnvironmentStore,
  found: Survey,
  versions: readonly Version[],
): Promise<RetiredUse> {
  const holding = await environment.releases.holding(versions.map(({ id }) => id));
  const labels = Map.groupBy(holding, ({ target }) => target);
  const holds = (target: string, label: string | undefined) =>
    (labels.get(target) ?? []).some((one) => one.label === label);
  const absent = found.plan.absent.filter(({ target }) => labels.has(target));
  const last = await lastReleases(
    environment,
    absent.map(({ target }) => target),
  );
  const unseen = absent.filter(({ target, kind }) => {
    return kind === "unreachable" && holds(target, last.get(target)?.target.label);
  });
  return {
    findings: [
      ...wantedBy(found, versions),
      ...runningBy(found, holds),
      ...unseen.map(({ target, host }) => unseenFinding(target, host)),
    ],
    kept: [...found.observations].flatMap(([target, { previous }]) => {
      if (!labels.has(target)) return [];
      // a file that was edited is kept without a record: nobody knows what is in it
      return previous === undefined || holds(target, previous.release) ? [target] : [];
    }),
    away: absent.map(({ target }) => target),
  };
}

/** Everything that stands against it, at once. */
export function refuseUsed(name: string, { findings }: RetiredUse): void {
  const [first] = findings;
  if (first === undefined) return;
  throw new AppError("VALUE_IN_USE", `${name} is in use there, nothing was retired`, {
    findings,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

function wantedBy({ bound }: Survey, versions: readonly Version[]): readonly Finding[] {
  const ids = new Map(versions.map((version) => [version.id, version]));
  return bound.targets.flatMap(({ desired, variables }) =>
    variables.flatMap(({ name: own, version: given, holds: parts = [] }) => {
      const version = (given === undefined ? parts : [given.id])
        .map((id) => ids.get(id))
        .find((one) => one !== undefined);
      if (version === undefined) return [];
      const { name, number } = version;
      const hint = `make a new version first: \`keyturn set ${name}\`, then \`keyturn apply\`, then this again`;
      const follows = given === undefined ? `${own}, which follows from v${number}` : `v${number}`;
      return [inUse(`${desired.target} is to have ${follows} of ${name}`, hint)];
    }),
  );
}

/** What the machine was given, and processes that were not restarted since. */
function runningBy(
  { observations }: Survey,
  holds: (target: string, label: string | undefined) => boolean,
): readonly Finding[] {
  return [...observations].flatMap(([target, { record, previous, instances }]) => {
    const stale = instances.some(({ carries }) => carries.kind === "previous");
    const held = [record?.release, ...(stale ? [previous?.release] : [])].find((label) => holds(target, label));
    if (held === undefined) return [];
    const hint = `\`keyturn apply ${target}\` brings the newer version there, then this again`;
    return [inUse(`${target} runs with ${held}, which holds it`, hint)];
  });
}

function unseenFinding(target: string, host: string): Finding {
  const hint = `when it stays away, exclude ${host} in keyturn.yaml: it is cleaned up when it catches up`;
  return inUse(`${target} can't be looked at, and its last release holds it`, hint);
}

function inUse(message: string, hint: string): Finding {
  return { severity: "error", code: "in-use", message, hint };
}
