/** The workers, each in turn the first one asked. */
export interface Fleet {
  inTurn(): readonly URL[];
  /** A worker that is about to stop is left alone for a second: nobody should be connecting in the moment in which it does. */
  rest(worker: URL): void;
}

const restFor = 1000;

export function openFleet(workers: readonly URL[]): Fleet {
  const resting = new Map<URL, number>();
  let turn = 0;
  return {
    inTurn: () => {
      const first = turn++ % workers.length;
      const order = [...workers.slice(first), ...workers.slice(0, first)];
      const now = performance.now();
      const awake = order.filter((worker) => (resting.get(worker) ?? 0) <= now);
      return awake.length === 0 ? order : awake;
    },
    rest: (worker) => void resting.set(worker, performance.now() + restFor),
  };
}
