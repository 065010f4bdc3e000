import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { FileEntry } from "#corpus";
import { joinSearched, searchFiles, type Searched } from "./search-files.ts";
import { matcherFor, type Wanted } from "./wanted.ts";

/** A thread costs as much as some hundred small files. */
const batchSize = 256;
/** batches that lie ready with a thread, so that it never waits for the next */
const ahead = 2;

/** Looks into all files: here when they are few, in as many threads as there are processors when they are not. */
export async function searchAll(wanted: Wanted, files: Iterator<FileEntry>): Promise<Searched> {
  const first = take(files);
  if (first.length < batchSize) return searchFiles(matcherFor(wanted))(first);
  const queue = queueOf(first, files);
  const threads = Array.from({ length: Math.min(8, availableParallelism()) }, () => searchInThread(wanted, queue));
  return joinSearched((await Promise.all(threads)).flat());
}

type Queue = () => readonly FileEntry[] | undefined;

function queueOf(first: readonly FileEntry[], files: Iterator<FileEntry>): Queue {
  let begun = false;
  return () => {
    const batch = begun ? take(files) : first;
    begun = true;
    return batch.length === 0 ? undefined : batch;
  };
}

function take(files: Iterator<FileEntry>): readonly FileEntry[] {
  const batch: FileEntry[] = [];
  while (batch.length < batchSize) {
    const { done, value } = files.next();
    if (done === true) break;
    batch.push(value);
  }
  return batch;
}

function searchInThread(wanted: Wanted, queue: Queue): Promise<readonly Searched[]> {
  return new Promise((resolve, reject) => {
    const searched: Searched[] = [];
    const thread = new Worker(threadFile(), { workerData: wanted });
    let waiting = 0;
    const send = (): void => {
      const batch = queue();
      if (batch === undefined) return;
      waiting += 1;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      thread.postMessage(batch);
    };
    const endWhenDone = (): void => {
      if (waiting > 0) return;
      void thread.terminate();
      resolve(searched);
    };
    thread.on("message", (found: Searched) => {
      searched.push(found);
      waiting -= 1;
      send();
      endWhenDone();
    });
    thread.once("error", reject);
    for (let count = 0; count < ahead; count += 1) send();
    endWhenDone();
  });
}

/** Beside this file in the sources, and beside the bundle; see scripts/build.js. */
function threadFile(): URL {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? "./search-thread.ts" : "./search-thread.js", import.meta.url);
}
