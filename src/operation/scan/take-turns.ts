import { setImmediate } from "node:timers/promises";
import { systemClock } from "#kernel";

/** what a person who pressed Ctrl-C does not notice */
const turnAfter = 100;

/** For whatever else waits, as a signal: by the clock, since a chunk is searched in a hundredth of a second. */
export function takeTurns(): () => Promise<void> {
  let last = systemClock.monotonic();
  return async () => {
    if (systemClock.monotonic() - last < turnAfter) return;
    await setImmediate();
    last = systemClock.monotonic();
  };
}
