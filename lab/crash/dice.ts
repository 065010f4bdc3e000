/** Chance that can be repeated: the same seed gives the same campaign. */
export interface Dice {
  readonly seed: number;
  /** from 0 on, below 1 */
  next(): number;
  /** a whole number below `sides` */
  below(sides: number): number;
  choose<T>(from: readonly [T, ...T[]]): T;
}

/** mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c): small, and the same everywhere. */
export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (sides: number) => Math.floor(next() * sides);
  return { seed, next, below, choose: (from) => from[below(from.length)] ?? from[0] };
}
