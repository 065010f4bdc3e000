import type { Clock } from "#kernel";

export interface Rounds {
  close(): Promise<void>;
}

/** Does it at once and then again and again, `every` milliseconds behind the end of the last time, until it is closed. */
export function inRounds(
  { clock, every }: { readonly clock: Clock; readonly every: number },
  work: (signal: AbortSignal) => Promise<void>,
): Rounds {
  const ended = new AbortController();
  const rounds = (async () => {
    while (!ended.signal.aborted) {
      await work(ended.signal);
      await clock.sleep(every, ended.signal).catch(() => undefined);
    }
  })();
  return {
    close: async () => {
      ended.abort();
      await rounds;
    },
  };
}
