import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { headerLength, type Errand } from "./aside.ts";
import { search } from "./search.ts";
import { allTargets } from "./targets.ts";

const { folder, memory } = workerData as { readonly folder: string; readonly memory: SharedArrayBuffer };
const header = new Int32Array(memory, 0, 2);
const place = new Uint8Array(memory, headerLength);
const targets = allTargets({ folder: mkdtempSync(join(folder, "thread-")) });

parentPort?.on("message", (errand: Errand) => void answer(errand));

async function answer({ reader, ...how }: Errand): Promise<void> {
  const target = (await targets).find(({ name }) => name === reader);
  if (target === undefined) throw new Error(`no reader is called ${reader}`);
  const searched = await search(target, { ...how, onInput });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(searched);
}

function onInput(input: Uint8Array): void {
  place.set(input.subarray(0, place.length));
  Atomics.store(header, 1, Math.min(input.length, place.length));
  Atomics.add(header, 0, 1);
}
