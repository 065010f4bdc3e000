import { watchCredentials, type Context, type StateChange } from "#operation";
import type { Visit } from "../visit.ts";
import { inRounds, type Rounds } from "./round.ts";
import { scheduler } from "./scheduler.ts";
import { environmentsOrTell, tell, type Teller } from "./trouble.ts";
import type { Notify } from "./webhook.ts";

export interface ProbeScheduleOptions extends Teller {
  /** milliseconds from the end of one round to the next one */
  readonly every: number;
  readonly visit: Visit;
  /** names of those that the manifest has */
  readonly environments: () => Promise<readonly string[]>;
  readonly nearby: boolean;
  readonly notify: Notify;
}

/** Probes every credential of every environment, at once and then again and again, until it is closed. */
export function scheduleProbes(options: ProbeScheduleOptions): Rounds {
  return inRounds(options, (signal) => round(options, signal));
}

/** One environment that can't be looked at keeps no other from it. */
async function round(options: ProbeScheduleOptions, signal: AbortSignal): Promise<void> {
  for (const environment of await environmentsOrTell(options, "probes")) {
    if (signal.aborted) return;
    const changes = await look(options, environment);
    for (const change of changes) await options.notify({ kind: "credential", ...change }, signal);
  }
}

async function look(options: ProbeScheduleOptions, environment: string): Promise<readonly StateChange[]> {
  const { visit, nearby } = options;
  const visited: { readonly context: Context; close(): Promise<void> } = visit(scheduler, environment);
  try {
    return await watchCredentials(visited.context, { nearby });
  } catch (error) {
    tell(options, error, { doing: "probes", environment });
    return [];
  } finally {
    await visited.close();
  }
}
