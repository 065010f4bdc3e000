import type { RotationSchedule } from "#contract";
import { nextOpening, type Opening } from "./window.ts";

/** When a value is to be replaced. Milliseconds since the epoch. */
export interface Due {
  /** from then on it is older than it may be */
  readonly at: number;
  /** the first time at which it may be begun, from then or from now on; `until` is absent where there is no window */
  readonly next: Pick<Opening, "from"> & Partial<Pick<Opening, "until">>;
}

export function dueOf({ every, window }: RotationSchedule, createdAt: number, now: number): Due {
  const at = createdAt + every;
  const from = Math.max(at, now);
  if (window === undefined) return { at, next: { from } };
  const opening = nextOpening(window, from);
  return { at, next: { from: Math.max(opening.from, from), until: opening.until } };
}
