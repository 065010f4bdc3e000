import { tellFindings } from "#operation";
import type { Visit } from "../visit.ts";
import { inRounds, type Rounds } from "./round.ts";
import { scheduler } from "./scheduler.ts";
import { environmentsOrTell, tell, type Teller } from "./trouble.ts";
import type { Notify } from "./webhook.ts";

interface FindingScheduleOptions extends Teller {
  /** milliseconds from the end of one look to the next one */
  readonly every: number;
  readonly visit: Visit;
  /** names of those that the manifest has */
  readonly environments: () => Promise<readonly string[]>;
  readonly notify: Notify;
}

/** Scans run elsewhere: what they kept is told from here, at once and then again and again, until it is closed. */
export function scheduleFindings(options: FindingScheduleOptions): Rounds {
  return inRounds(options, async (signal) => {
    for (const environment of await environmentsOrTell(options, "findings")) {
      if (!signal.aborted) await tellIn(options, environment, signal);
    }
  });
}

async function tellIn(options: FindingScheduleOptions, environment: string, signal: AbortSignal): Promise<void> {
  const visited = options.visit(scheduler, environment);
  try {
    const news = await tellFindings(visited.context);
    for (const one of news) await options.notify({ kind: "finding", ...one }, signal);
  } catch (error) {
    tell(options, error, { doing: "findings", environment });
  } finally {
    await visited.close();
  }
}
