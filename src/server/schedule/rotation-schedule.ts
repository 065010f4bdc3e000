import { AppError } from "#kernel";
import { remind, rotateDue } from "#operation";
import type { Desk } from "../desk/desk.ts";
import type { Visit } from "../visit.ts";
import { inRounds, type Rounds } from "./round.ts";
import { scheduler } from "./scheduler.ts";
import { environmentsOrTell, tell, type Teller } from "./trouble.ts";
import type { Notify } from "./webhook.ts";

export interface RotationScheduleOptions extends Teller {
  /** milliseconds from the end of one look to the next one */
  readonly every: number;
  readonly desk: Desk;
  readonly visit: Visit;
  /** names of those that the manifest has */
  readonly environments: () => Promise<readonly string[]>;
  readonly notify: Notify;
}

/** How long the old value may still be presented before a rotation is held, milliseconds. */
const patience = 300_000;

/** Begins rotations that are due, and reminds people of theirs, at once and then again and again, until it is closed. */
export function scheduleRotations(options: RotationScheduleOptions): Rounds {
  return inRounds(options, async (signal) => {
    for (const environment of await environmentsOrTell(options, "rotations")) {
      if (!signal.aborted) await look(options, environment);
    }
  });
}

/** Behind the beginning of a rotation it goes on at the desk, where the console looks on and a stop of the server holds it. */
async function look(options: RotationScheduleOptions, environment: string): Promise<void> {
  const started = options.desk.start(async (watcher) => {
    const visited = options.visit(scheduler, environment);
    try {
      const outcomes = await rotateDue(visited.context, { ...watcher, patience });
      const news = await remind(visited.context, outcomes);
      for (const one of news) await options.notify({ kind: "rotation", ...one }, watcher.signal);
    } catch (error) {
      tellTrouble(options, error, environment);
    } finally {
      await visited.close();
    }
  });
  await started.catch((error: unknown) => tellTrouble(options, error, environment));
}

/** A server that stops is no trouble: the next one looks again. */
function tellTrouble(options: RotationScheduleOptions, error: unknown, environment: string): void {
  if (error instanceof AppError && error.code === "CANCELLED") return;
  tell(options, error, { doing: "rotations", environment });
}
