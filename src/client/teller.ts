import type { ProgressEvent, Watcher } from "#operation";

export interface Teller {
  /** id of the last event that needs no telling any more */
  last(): string | undefined;
  tell(id: string, data: unknown): void;
}

export interface Listener extends Pick<Watcher, "onEvent" | "signal"> {
  /** id of the last event that is of no interest: what an earlier work told */
  readonly after?: string;
}

/** Hands on what a server tells. One that was started anew tells from its journal what was told before: that is passed over. */
export function teller({ onEvent, signal, after }: Listener): Teller {
  let last = after;
  let begun = false;
  return {
    last: () => last,
    tell: (id, data) => {
      if (begun && logOf(id) !== logOf(last)) return;
      [begun, last] = [true, id];
      const event = eventFrom(data);
      // who asked for it was told already
      if (event === undefined || (event.kind === "stopping" && signal?.aborted === true)) return;
      onEvent(event);
    },
  };
}

function logOf(id = ""): string {
  return id.slice(0, id.lastIndexOf("-"));
}

/** Without what the server's clock said: who looks on has one. A newer server may tell what nobody here knows. */
function eventFrom(data: unknown): ProgressEvent | undefined {
  const { at: _at, elapsed: _elapsed, ...event } = data as Readonly<Record<string, unknown>>;
  return typeof event["kind"] === "string" && Object.hasOwn(known, event["kind"])
    ? (event as unknown as ProgressEvent)
    : undefined;
}

const known: Readonly<Record<ProgressEvent["kind"], true>> = {
  abandoned: true,
  begin: true,
  build: true,
  "connection-lost": true,
  end: true,
  gate: true,
  host: true,
  issuer: true,
  look: true,
  looked: true,
  output: true,
  preparation: true,
  "preparation-end": true,
  "preparation-step": true,
  prepare: true,
  proof: true,
  quiet: true,
  return: true,
  "rotation-back": true,
  "rotation-ended": true,
  "rotation-step": true,
  soak: true,
  step: true,
  stopping: true,
  "taken-over": true,
  wave: true,
};
