import { parentPort } from "node:worker_threads";
import { searchFiles } from "./search-files.ts";
import type { ThreadRequest } from "./thread.ts";
import { matcherFor } from "./wanted.ts";

// where a thread begins: first it is told what is looked for; then each message is some files, each answer what was found in them
let search: ReturnType<typeof searchFiles> | undefined;
parentPort?.on("message", (request: ThreadRequest) => {
  if (request.kind === "wanted") search = searchFiles(matcherFor(request.wanted));
  else void answer(request);
});

async function answer({ files }: Extract<ThreadRequest, { kind: "files" }>): Promise<void> {
  const searched = await search?.(files);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort?.postMessage(searched);
}
