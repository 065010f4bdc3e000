import { setImmediate } from "node:timers/promises";
import type { FileEntry } from "#corpus";
import { joinSearched, searchFiles, type Searched } from "./search-files.ts";
import { startThreads, type Thread } from "./thread.ts";
import { matcherFor, type Wanted } from "./wanted.ts";

/** A thread costs as much as some hundred small files. */
const batchSize = 256;
/** batches that lie ready with a thread, so that it never waits for the next */
const ahead = 2;

/** A search that has its files, and is not told yet what to look for. */
export interface FileSearch {
  search(wanted: Wanted): Promise<Searched>;
  /** nothing is looked for any more; to be called whether anything was or not */
  end(): void;
}

/**
 * Looks into all files: here when they are few, with a thread for each further processor when they are not. The threads
 * start at once, while others find out what is to be looked for.
 */
export function searchAll(files: Iterator<FileEntry>): FileSearch {
  const first = take(files);
  if (first.length < batchSize) {
    return { search: (wanted) => searchFiles(matcherFor(wanted))(first), end: () => undefined };
  }
  const queue = queueOf(first, files);
  const threads = startThreads();
  return {
    search: async (wanted) => {
      const there = threads.map((thread) => searchIn(thread, wanted, queue));
      const searched = await Promise.all([...there, searchHere(wanted, queue)]);
      return joinSearched(searched.flat());
    },
    end: () => {
      for (const thread of threads) thread.end();
    },
  };
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

/** Each answer is followed by the next batch, until there is none. */
async function searchIn(thread: Thread, wanted: Wanted, queue: Queue): Promise<readonly Searched[]> {
  thread.lookFor(wanted);
  const one = async (): Promise<readonly Searched[]> => {
    const searched: Searched[] = [];
    for (let batch = queue(); batch !== undefined; batch = queue()) searched.push(await thread.lookInto(batch));
    return searched;
  };
  return (await Promise.all(Array.from({ length: ahead }, one))).flat();
}

/** With a turn behind each batch, in which the threads get their next ones. */
async function searchHere(wanted: Wanted, queue: Queue): Promise<readonly Searched[]> {
  const search = searchFiles(matcherFor(wanted));
  const searched: Searched[] = [];
  for (let batch = queue(); batch !== undefined; batch = queue()) {
    searched.push(await search(batch));
    await setImmediate();
  }
  return searched;
}
