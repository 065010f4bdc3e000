import { errorCodes } from "#kernel";
import type { Call } from "./command.ts";

/**
 * The first Ctrl-C ends a command that only looks, or whose work is whole or not there at all and can be done again. What
 * was begun on hosts ends with its connection; the terminal is put in order on the way through `exit`.
 */
export function endAtInterrupt({ signal }: Pick<Call, "signal">): void {
  signal.addEventListener("abort", () => process.exit(errorCodes.CANCELLED.exit), { once: true });
}
