import { AppError } from "#kernel";
import type { ProgressEvent } from "#operation";
import type { EventLog, WorkEnd } from "./event-log.ts";

/** What work in the background tells, and hears. */
export interface Attended {
  readonly onEvent: (event: ProgressEvent) => void;
  /** a rollout is in the journal from now on, under this id */
  readonly onBegun: (rollout: string) => void;
  /** a rotation is, or is gone on with: its rollouts follow */
  readonly onRotation: (rotation: string) => void;
  readonly signal: AbortSignal;
}

/** One work in the background. */
export interface Attendance {
  readonly watcher: Attended;
  /** the rotation or rollout that it has begun; stays open where it begins none */
  readonly begun: Promise<Begun>;
  /** the rotation that it is at, and the rollout */
  readonly ids: () => readonly string[];
  /** as Ctrl-C does: behind the step at hand */
  readonly stop: () => void;
  /** the work is over */
  readonly end: (last: WorkEnd) => void;
}

export interface Begun {
  /** of the rotation, or else of the rollout */
  readonly id: string;
  /** id of the last event that was told of it before, by an earlier work on it */
  readonly after?: string;
}

interface Own {
  readonly id: string;
  readonly log: EventLog;
}

/**
 * What is told before there is a rollout goes into its log as well, once `logFor` has given one. A rotation's log has
 * everything, and each of its rollouts has one of its own.
 */
export function attend(logFor: (id: string) => EventLog): Attendance {
  const stopped = new AbortController();
  const begun = Promise.withResolvers<Begun>();
  let early: readonly ProgressEvent[] = [];
  let rotation: Own | undefined;
  let rollout: Own | undefined;
  let atWork: readonly string[] = [];
  const onEvent = (event: ProgressEvent): void => {
    atWork = hostsAfter(atWork, event);
    if (rotation === undefined && rollout === undefined) early = [...early, event];
    for (const own of [rotation, rollout]) own?.log.tell(event);
  };
  const open = (id: string): Own => {
    const log = logFor(id);
    const before = log.after(undefined).at(-1);
    for (const event of early) log.tell(event);
    begun.resolve({ id, ...(before === undefined ? {} : { after: before.id }) });
    return { id, log };
  };
  return {
    watcher: {
      onEvent,
      onBegun: (id) => {
        rollout?.log.end({});
        rollout = open(id);
      },
      onRotation: (id) => {
        rotation = open(id);
        early = [];
      },
      signal: stopped.signal,
    },
    begun: begun.promise,
    ids: () => [rotation, rollout].flatMap((own) => own?.id ?? []),
    stop: () => {
      if (stopped.signal.aborted) return;
      onEvent({ kind: "stopping", hosts: atWork });
      stopped.abort(new AppError("CANCELLED", "stopped by the operator"));
    },
    end: ({ result, error }) => {
      const failed = error === undefined ? {} : { error };
      // how a rollout ended is in the journal
      rollout?.log.end(failed);
      rotation?.log.end(error === undefined ? { result } : failed);
    },
  };
}

function hostsAfter(atWork: readonly string[], event: ProgressEvent): readonly string[] {
  if (event.kind === "wave") return event.hosts;
  return event.kind === "host" ? atWork.filter((host) => host !== event.host) : atWork;
}
