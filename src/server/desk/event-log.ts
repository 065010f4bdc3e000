import type { Clock } from "#kernel";
import type { ProgressEvent } from "#operation";

/** As `docs/events.md` has it. */
export interface ToldEvent {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a work came to, as JSON; or why it did not come to its end. */
export interface WorkEnd {
  readonly result?: unknown;
  readonly error?: unknown;
}

/** What one rollout or rotation tells while this process carries it out; streams read it, each from where it is. */
export interface EventLog {
  tell(event: ProgressEvent): void;
  /** the work begins, or is gone on with */
  begin(): void;
  /** the work is over, for now; with what there is to say of that */
  end(last: WorkEnd): void;
  readonly ended: boolean;
  readonly last: WorkEnd;
  /** those behind this id, oldest first; all that are kept when the id is none of this log's */
  after(id: string | undefined): readonly ToldEvent[];
  /** at the next event or end, or as soon as the signal aborts */
  changed(signal: AbortSignal): Promise<void>;
}

/** Who comes later than this many events doesn't see the first ones. */
const kept = 5000;

export function openEventLog(clock: Clock, name: string): EventLog {
  const begun = clock.monotonic();
  const events: ToldEvent[] = [];
  let count = 0;
  let ended = false;
  let last: WorkEnd = {};
  let next = Promise.withResolvers<void>();
  const wake = (): void => {
    next.resolve();
    next = Promise.withResolvers();
  };
  return {
    tell: ({ kind, ...rest }) => {
      const elapsed = Math.round(clock.monotonic() - begun);
      const data = { kind, at: new Date(clock.now()).toISOString(), elapsed, ...rest };
      events.push({ id: `${name}-${(count += 1)}`, data });
      if (events.length > kept) events.shift();
      wake();
    },
    begin: () => {
      ended = false;
    },
    end: (told) => {
      [ended, last] = [true, told];
      wake();
    },
    get ended() {
      return ended;
    },
    get last() {
      return last;
    },
    after: (id) => behind(events, id),
    changed: (signal) => orAborted(next.promise, signal),
  };
}

export function behind(events: readonly ToldEvent[], id: string | undefined): readonly ToldEvent[] {
  return events.slice(events.findIndex((event) => event.id === id) + 1);
}

function orAborted(changed: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return Promise.race([changed, promise]);
}
