import { performance } from "node:perf_hooks";

/** One of several that do the same work. */
export interface Contender {
  readonly name: string;
  /** before each run, and not timed */
  prepare?(): Promise<void>;
  run(): Promise<void>;
}

/** Milliseconds. `samples` are in the order of the rounds. */
export interface Timing {
  readonly name: string;
  readonly min: number;
  readonly median: number;
  readonly samples: readonly number[];
}

export interface RaceOptions {
  readonly rounds: number;
  readonly signal: AbortSignal;
  /** hears of each run, where one takes so long that somebody may ask whether it goes on */
  readonly tell?: (line: string) => void;
}

/**
 * All contenders in turn, round after round, so that whatever else the machine does meets all of them alike. One round
 * more than asked for: the first fills caches and does not count.
 */
export async function race(
  contenders: readonly Contender[],
  { rounds, signal, tell }: RaceOptions,
): Promise<readonly Timing[]> {
  const samples = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      signal.throwIfAborted();
      await contender.prepare?.();
      const start = performance.now();
      await contender.run();
      const took = performance.now() - start;
      if (round > 0) samples[index]?.push(took);
      tell?.(`round ${round} of ${rounds}: ${contender.name}, ${(took / 1000).toFixed(1)} s`);
    }
  }
  return contenders.map(({ name }, index) => timingOf(name, samples[index] ?? []));
}

export function timingOf(name: string, samples: readonly number[]): Timing {
  return { name, min: Math.min(...samples), median: median(samples), samples };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
