import { AppError } from "#kernel";

/** Does the work when its turn has come. SERVER_BUSY when too many wait already. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** For work that costs so much that a few at once are all that the machine should do. */
export function turns({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }): TakeTurn {
  const queue: (() => void)[] = [];
  let busy = 0;
  const leave = (): void => {
    const next = queue.shift();
    // the place is handed on
    if (next === undefined) busy -= 1;
    else next();
  };
  return async (work) => {
    if (busy < atOnce) busy += 1;
    else if (queue.length >= waiting) throw crowded();
    else await new Promise<void>((resolve) => void queue.push(resolve));
    return work().finally(leave);
  };
}

/** seconds */
const retryAfter = 2;

function crowded(): AppError {
  return new AppError("SERVER_BUSY", "too many passwords are being looked at", { data: { retryAfter } });
}
