import { parentPort, workerData } from "node:worker_threads";
import type { FileEntry } from "#corpus";
import { searchFiles } from "./search-files.ts";
import { matcherFor, type Wanted } from "./wanted.ts";

// where a thread begins: each message is some files, each answer what was found in them
const search = searchFiles(matcherFor(workerData as Wanted));
parentPort?.on("message", (files: readonly FileEntry[]) => void answer(files));

async function answer(files: readonly FileEntry[]): Promise<void> {
  const searched = await search(files);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort?.postMessage(searched);
}
