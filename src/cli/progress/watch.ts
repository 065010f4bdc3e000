import { errorCodes } from "#kernel";
import type { ProgressEvent } from "#operation";
import type { Call } from "../command.ts";
import { showDrawn } from "./show-drawn.ts";
import { showJson } from "./show-json.ts";
import { showLines } from "./show-lines.ts";
import { hostsAtWork, idle, nextView } from "./view.ts";

/**
 * Runs long work and shows how it goes, on standard error: drawn in place where a person looks on, line by line in a
 * pipe or a CI log, as JSON lines with `--json`. Nothing of the drawing is left when it ends.
 */
export async function watched<T>(
  { terminal: { err }, json, signal }: Call,
  work: (onEvent: (event: ProgressEvent) => void) => Promise<T>,
): Promise<T> {
  const drawn = err.live && err.color.isColorSupported;
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  const show = (json ? showJson : drawn ? showDrawn : showLines)(err, elapsed);
  let view = idle;
  const onEvent = (event: ProgressEvent): void => {
    const at = elapsed();
    view = nextView(view, event, at);
    show.tell(event, view, at);
  };
  const endInterrupts = watchInterrupts(signal, () => {
    if (view.kind !== "idle") onEvent({ kind: "stopping", hosts: hostsAtWork(view) });
  });
  try {
    return await work(onEvent);
  } finally {
    endInterrupts();
    show.end();
  }
}

/** The first Ctrl-C is told; the second ends the command at once, through `exit`, where the terminal is put in order. */
function watchInterrupts(signal: AbortSignal, onFirst: () => void): () => void {
  const end = (): void => process.exit(errorCodes.CANCELLED.exit);
  const first = (): void => {
    process.once("SIGINT", end).once("SIGTERM", end);
    onFirst();
  };
  signal.addEventListener("abort", first, { once: true });
  return () => {
    signal.removeEventListener("abort", first);
    process.off("SIGINT", end).off("SIGTERM", end);
  };
}
