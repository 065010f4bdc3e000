import type { Conduct } from "./conduct.ts";
import type { Failure, RolloutOutcome } from "./event.ts";

/** Leaves everything as it is: the rollout stays open, to be gone on with or taken back. */
export async function stopHere({ journal }: Conduct, failure: Failure): Promise<RolloutOutcome> {
  const { target, detail } = failure;
  await journal.append({ target, step: "stop", state: "done", detail }).catch(() => undefined);
  return { kind: "stopped", failure };
}
