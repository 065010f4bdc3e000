/** How often a verifier had seen the old value by the time of one report. Times are of the controller's own clock that only grows. */
export interface Reading {
  /** the verifier's instance, by any name that it alone has */
  readonly instance: string;
  /** when the report was asked for, and when it was there: it was written in between */
  readonly asked: number;
  readonly answered: number;
  readonly count: number;
  /** the report's own word for when its counts began: compared with others of the instance, never with a time */
  readonly since: string;
}

/** That an instance has not seen the old value in between, for certain; both by the controller's clock. */
export interface Quiet {
  readonly since: number;
  readonly until: number;
}

/**
 * Since when no instance's count of the old value has grown, by its readings in the order they were made. Where the counts
 * began anew, nobody knows what came before that: the quiet begins with the report that told it. A report that could not be read is
 * no reading, and costs nothing: the next one tells what it would have.
 */
export function quietFor(readings: readonly Reading[]): ReadonlyMap<string, Quiet> {
  const quiet = new Map<string, Quiet>();
  const before = new Map<string, Reading>();
  for (const reading of readings) {
    const { instance, asked, answered } = reading;
    const known = quiet.get(instance);
    const same = known !== undefined && isSame(before.get(instance), reading);
    const since = same ? known.since : answered;
    quiet.set(instance, { since, until: Math.max(since, asked) });
    before.set(instance, reading);
  }
  return quiet;
}

function isSame(before: Reading | undefined, { count, since }: Reading): boolean {
  return before?.count === count && before.since === since;
}
