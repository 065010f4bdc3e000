import { AppError } from "#kernel";
import type { ApplyResult } from "#operation";
import type { Started } from "../desk/desk.ts";
import { nothing } from "../endpoint.ts";

interface Begun {
  readonly rollout: string;
  readonly after?: string;
}

/** Of work that has begun a rollout, or has found nothing to do. CANCELLED as {@link begunOf}. */
export function begunOrNothing(started: Started<Pick<ApplyResult, "kind">>): Begun | typeof nothing {
  return started.kind === "ended" && started.result.kind === "nothing" ? nothing : begunOf(started);
}

/** CANCELLED where none was begun: whoever asked has confirmed, so that only a stop of the server keeps it from that. */
export function begunOf(started: Started<Pick<ApplyResult, "kind">>): Begun {
  if (started.kind === "begun") {
    const { id, after } = started;
    return { rollout: id, ...(after === undefined ? {} : { after }) };
  }
  throw new AppError("CANCELLED", "the server is being stopped, nothing was begun");
}

/** Whoever asked has confirmed; a server that is being stopped begins nothing. */
export function unlessStopped(signal: AbortSignal): () => Promise<boolean> {
  return async () => !signal.aborted;
}
