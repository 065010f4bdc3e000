import type { ProbePeriod, Scope } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";
import { newFindings } from "../finding/list-findings.ts";
import { readRecorded, scheduledValues, type Scheduled } from "../rotate/scheduled.ts";

/** What a monitor asks for: how the environment is, in numbers. No value, and no fingerprint of one. */
export interface EnvironmentMetrics {
  readonly environment: string;
  /** the latest that is known of each credential; times in milliseconds */
  readonly credentials: readonly Pick<ProbePeriod, "provider" | "name" | "state" | "since" | "last">[];
  readonly runtimes: Readonly<Record<string, number>>;
  /** one is begun and not ended */
  readonly openRollout: boolean;
  /** what the manifest schedules a rotation of */
  readonly scheduled: readonly ({ readonly name: string; readonly scope: Scope } & Scheduled)[];
  /** begun and not ended, scheduled or not */
  readonly openRotations: number;
  /** providers whose present settings nothing proved when they were saved */
  readonly unverified: number;
  /** findings of scans that nobody has done anything about */
  readonly newFindings: number;
}

export async function environmentMetrics(context: Context): Promise<EnvironmentMetrics> {
  demand(context, "viewer");
  // a name that the manifest does not know would be made in the store
  const { platform } = await context.loadPlatform();
  return readEnvironment(context, async (environment) => {
    const { probes, userRuntimes, rollouts, settings } = environment;
    const runtimes = Map.groupBy(await userRuntimes.list(), ({ service }) => service);
    const saved = await settings.list();
    const present = [...new Map(saved.toReversed().map((one) => [one.provider, one])).values()];
    const scheduled = scheduledValues(platform, await readRecorded(environment), context.clock.now());
    return {
      environment: context.environment,
      credentials: latestOf(await probes.list()),
      runtimes: Object.fromEntries([...runtimes].map(([service, all]) => [service, all.length])),
      openRollout: (await rollouts.open()) !== undefined,
      scheduled: scheduled.map(({ version: { name, scope }, by, due, next, state }) => {
        return { name, scope, by, due, next, state };
      }),
      openRotations: (await environment.rotations.open()).length,
      unverified: present.filter(({ check }) => check === "unverified").length,
      newFindings: (await newFindings(environment, context.clock.now())).length,
    };
  });
}

/** Of each name the version that was probed last. */
function latestOf(periods: readonly ProbePeriod[]): EnvironmentMetrics["credentials"] {
  const newest = new Map<string, ProbePeriod>();
  for (const period of periods) {
    const key = `${period.provider} ${period.name}`;
    if ((newest.get(key)?.last ?? -1) < period.last) newest.set(key, period);
  }
  return [...newest.values()].map(({ provider, name, state, since, last }) => ({ provider, name, state, since, last }));
}
