import { parentPort, workerData } from "node:worker_threads";
import type { FileEntry } from "#corpus";
import type { Needles } from "#leak";
import { searchFiles } from "./search-files.ts";

// where a thread begins: each message is some files, each answer what was found in them
const search = searchFiles(workerData as Needles);
parentPort?.on("message", (files: readonly FileEntry[]) => void answer(files));

async function answer(files: readonly FileEntry[]): Promise<void> {
  const searched = await search(files);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort?.postMessage(searched);
}
