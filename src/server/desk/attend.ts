import { AppError } from "#kernel";
import type { ProgressEvent, Watcher } from "#operation";
import type { EventLog } from "./event-log.ts";

export type Attended = Required<Watcher>;

/** One work in the background. */
export interface Attendance {
  readonly watcher: Attended;
  /** the rollout that it has begun; stays open where it begins none */
  readonly begun: Promise<string>;
  readonly rollout: () => string | undefined;
  /** as Ctrl-C does: behind the step at hand */
  readonly stop: () => void;
  /** the work is over */
  readonly end: () => void;
}

/** What is told before there is a rollout goes into its log as well, once `logFor` has given one. */
export function attend(logFor: (rollout: string) => EventLog): Attendance {
  const stopped = new AbortController();
  const begun = Promise.withResolvers<string>();
  const early: ProgressEvent[] = [];
  let own: { readonly rollout: string; readonly log: EventLog } | undefined;
  let atWork: readonly string[] = [];
  const onEvent = (event: ProgressEvent): void => {
    atWork = hostsAfter(atWork, event);
    if (own === undefined) early.push(event);
    else own.log.tell(event);
  };
  const onBegun = (rollout: string): void => {
    const log = logFor(rollout);
    own = { rollout, log };
    for (const event of early) log.tell(event);
    begun.resolve(rollout);
  };
  return {
    watcher: { onEvent, onBegun, signal: stopped.signal },
    begun: begun.promise,
    rollout: () => own?.rollout,
    stop: () => {
      if (stopped.signal.aborted) return;
      onEvent({ kind: "stopping", hosts: atWork });
      stopped.abort(new AppError("CANCELLED", "stopped by the operator"));
    },
    end: () => own?.log.end(),
  };
}

function hostsAfter(atWork: readonly string[], event: ProgressEvent): readonly string[] {
  if (event.kind === "wave") return event.hosts;
  return event.kind === "host" ? atWork.filter((host) => host !== event.host) : atWork;
}
