import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { FileEntry } from "#corpus";
import type { Searched } from "./search-files.ts";
import type { Wanted } from "./wanted.ts";

/** A thread that looks into files; see search-thread.ts. */
export interface Thread {
  /** once, before any files */
  lookFor(wanted: Wanted): void;
  /** answered in the order in which it was asked */
  lookInto(files: readonly FileEntry[]): Promise<Searched>;
  end(): void;
}

export type ThreadRequest =
  | { readonly kind: "wanted"; readonly wanted: Wanted }
  | { readonly kind: "files"; readonly files: readonly FileEntry[] };

/** One for each processor but the first, where this thread searches itself. */
export function startThreads(): readonly Thread[] {
  return Array.from({ length: Math.min(8, availableParallelism()) - 1 }, startThread);
}

function startThread(): Thread {
  const worker = new Worker(threadFile());
  const waiting: PromiseWithResolvers<Searched>[] = [];
  let failed: { readonly error: Error } | undefined;
  worker.on("message", (searched: Searched) => waiting.shift()?.resolve(searched));
  worker.once("error", (error) => {
    failed = { error };
    for (const one of waiting) one.reject(error);
  });
  const send = (request: ThreadRequest): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    worker.postMessage(request);
  };
  return {
    lookFor: (wanted) => send({ kind: "wanted", wanted }),
    lookInto: (files) => {
      if (failed !== undefined) return Promise.reject(failed.error);
      const answer = Promise.withResolvers<Searched>();
      waiting.push(answer);
      send({ kind: "files", files });
      return answer.promise;
    },
    end: () => void worker.terminate(),
  };
}

/** Beside this file in the sources, and beside the bundle; see scripts/build.js. */
function threadFile(): URL {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? "./search-thread.ts" : "./search-thread.js", import.meta.url);
}
