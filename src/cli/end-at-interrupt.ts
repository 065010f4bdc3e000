import { errorCodes } from "#kernel";
import type { Call } from "./command.ts";

/**
 * For work that only looks, or can simply be done again: the first Ctrl-C ends the command, as nothing has to be finished.
 * What was begun on hosts ends with its connection; the terminal is put in order on the way through `exit`.
 */
export function endAtInterrupt({ signal }: Pick<Call, "signal">): void {
  signal.addEventListener("abort", () => process.exit(errorCodes.CANCELLED.exit), { once: true });
}
