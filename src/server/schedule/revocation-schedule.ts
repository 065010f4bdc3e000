import { AppError } from "#kernel";
import { revokeWaiting } from "#operation";
import type { Visit } from "../visit.ts";
import { inRounds, type Rounds } from "./round.ts";
import { scheduler } from "./scheduler.ts";
import { environmentsOrTell, tell, type Teller } from "./trouble.ts";

interface RevocationOptions extends Teller {
  readonly visit: Visit;
  /** names of those that the manifest has */
  readonly environments: () => Promise<readonly string[]>;
}

/** The pauses of each revocation are its own; this is how late it may be, milliseconds. */
const every = 30_000;

/** What could not be ended at the system that made it is tried again, until it is. */
export function scheduleRevocations(options: RevocationOptions): Rounds {
  return inRounds({ clock: options.clock, every }, async (signal) => {
    for (const environment of await environmentsOrTell(options, "revocations")) {
      if (!signal.aborted) await revokeIn(options, environment);
    }
  });
}

async function revokeIn(options: RevocationOptions, environment: string): Promise<void> {
  const visited = options.visit(scheduler, environment);
  try {
    for (const { name, state } of await revokeWaiting(visited.context, { onEvent: () => undefined })) {
      if (state !== "settled") options.onTrouble(line(options, environment, name));
    }
  } catch (error) {
    // whoever is at work has what waits before them
    if (!(error instanceof AppError && error.code === "LEASE_HELD")) {
      tell(options, error, { doing: "revocations", environment });
    }
  } finally {
    await visited.close();
  }
}

function line({ clock }: Teller, environment: string, name: string): string {
  return `${JSON.stringify({ at: new Date(clock.now()).toISOString(), trouble: "UNREVOKED", environment, name })}\n`;
}
