import { Worker } from "node:worker_threads";
import type { Limit, Searched } from "./search.ts";

/** One reader, and how long it is searched. */
export interface Errand {
  readonly reader: string;
  readonly seed: number;
  readonly until: Limit;
}

export interface Searcher {
  search(errand: Errand): Promise<Searched>;
  close(): Promise<unknown>;
}

/** Number of the input that is tried at this moment, its length, and from here on its bytes. */
export const headerLength = 8;
const largest = 1 << 20;
/** how long one input may take before it counts as endless, ms */
const patience = 60_000;

/** Searches in a thread of its own, which is ended when an input never ends: that input is the finding. */
export function openSearcher(folder: string): Searcher {
  const memory = new SharedArrayBuffer(headerLength + largest);
  const header = new Int32Array(memory, 0, 2);
  const start = () => new Worker(new URL("worker.ts", import.meta.url), { workerData: { folder, memory } });
  let worker = start();
  return {
    search: (errand) =>
      new Promise((resolve, reject) => {
        const end = (outcome: () => void) => {
          clearInterval(watch);
          worker.off("error", fail);
          outcome();
        };
        const fail = (error: unknown) => end(() => reject(error));
        let last = { run: -1, since: performance.now() };
        const watch = setInterval(() => {
          const run = Atomics.load(header, 0);
          if (run !== last.run) last = { run, since: performance.now() };
          if (performance.now() - last.since < patience) return;
          const input = Buffer.from(new Uint8Array(memory, headerLength, Atomics.load(header, 1)));
          void worker.terminate();
          worker = start();
          end(() => resolve({ runs: run, finding: { input, problem: `takes longer than ${patience / 1000} s` } }));
        }, 500);
        worker.once("message", (searched: Searched) => end(() => resolve(searched)));
        worker.once("error", fail);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage(errand);
      }),
    close: () => worker.terminate(),
  };
}
