import { AppError, type Clock, type MakeId } from "#kernel";
import { toldFailure } from "../guard/failure.ts";
import { attend, type Attendance, type Attended, type Begun } from "./attend.ts";
import { openEventLog, type EventLog } from "./event-log.ts";

/** The rollouts and rotations that this process carries out: they outlive the request that asked for them. */
export interface Desk {
  /**
   * Does the work in the background, and answers as soon as it has begun a rollout or a rotation, or has ended without one. What it throws
   * before that is thrown here; how it ends behind that is in the journal. CANCELLED while the server is being stopped.
   */
  start<T>(work: (watcher: Attended) => Promise<T>): Promise<Started<T>>;
  /** how to stop the rollout or rotation behind its present step; nothing where it is not at work here */
  stopOf(id: string): (() => void) | undefined;
  /** what it tells, or told until lately; nothing where it was not carried out here */
  logOf(id: string): EventLog | undefined;
  /** stops all work as Ctrl-C does, and resolves when nothing is at work any more */
  close(): Promise<void>;
}

export type Started<T> = ({ readonly kind: "begun" } & Begun) | { readonly kind: "ended"; readonly result: T };

/** Logs of what has ended; what is older is told by the journal. */
const keptLogs = 20;

export function openDesk({ clock, makeId }: { readonly clock: Clock; readonly makeId: MakeId }): Desk {
  const logs = new Map<string, EventLog>();
  const working = new Map<Attendance, Promise<unknown>>();
  let closing = false;
  const logFor = (id: string): EventLog => {
    const log = logs.get(id) ?? openEventLog(clock, makeId("log"));
    logs.delete(id);
    for (const ended of endedOf(logs).slice(0, -keptLogs)) logs.delete(ended);
    logs.set(id, log);
    log.begin();
    return log;
  };
  return {
    async start<T>(work: (watcher: Attended) => Promise<T>): Promise<Started<T>> {
      if (closing) throw new AppError("CANCELLED", "the server is being stopped");
      const attendance = attend(logFor);
      const done = attended(attendance, work).finally(() => working.delete(attendance));
      working.set(attendance, done);
      return Promise.race([
        attendance.begun.then((one) => ({ kind: "begun", ...one }) as const),
        done.then((result) => ({ kind: "ended", result }) as const),
      ]);
    },
    stopOf: (id) => [...working.keys()].find(({ ids }) => ids().includes(id))?.stop,
    logOf: (id) => logs.get(id),
    async close() {
      closing = true;
      for (const { stop } of working.keys()) stop();
      await Promise.allSettled(working.values());
    },
  };
}

async function attended<T>({ watcher, end }: Attendance, work: (watcher: Attended) => Promise<T>): Promise<T> {
  try {
    const result = await work(watcher);
    end({ result });
    return result;
  } catch (error) {
    end(toldFailure(error instanceof Error ? error : new Error("no error was thrown")));
    throw error;
  }
}

/** The one that was begun or gone on with longest ago is the first. */
function endedOf(logs: ReadonlyMap<string, EventLog>): readonly string[] {
  return [...logs].flatMap(([id, { ended }]) => (ended ? [id] : []));
}
