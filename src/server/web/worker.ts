import { connect, type Socket } from "node:net";
import { AppError, isoTime, systemCode, type Clock } from "#kernel";

/** The other process, as the web part reaches it. */
export interface Worker {
  /** A connection of its own for each request: nothing of one is left for the next. WORKER_UNREACHABLE when nobody answers. */
  reach(): Promise<Socket>;
}

interface WorkerOptions {
  readonly clock: Clock;
  /** one JSON line when it goes away, and one when it is back */
  readonly onTrouble: (line: string) => void;
}

/** seconds */
const retryAfter = 2;

export function workerAt(path: string, { clock, onTrouble }: WorkerOptions): Worker {
  let away = false;
  const tell = (now: boolean, why?: string): void => {
    if (away !== now) {
      const worker = now ? "away" : "back";
      onTrouble(`${JSON.stringify({ at: isoTime(clock.now()), worker, ...(why === undefined ? {} : { why }) })}\n`);
    }
    away = now;
  };
  return {
    reach: () =>
      new Promise((resolve, reject) => {
        const socket = connect(path);
        const refused = (cause: Error): void => {
          tell(true, systemCode(cause));
          reject(new AppError("WORKER_UNREACHABLE", "the worker does not answer", { cause, data: { retryAfter } }));
        };
        socket.once("error", refused).once("connect", () => {
          socket.off("error", refused);
          tell(false);
          resolve(socket);
        });
      }),
  };
}
