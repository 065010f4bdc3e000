import type { Claim } from "./benchmark.ts";
import { median, type Timing } from "./race.ts";

/** Ratios are taken within a round and their median counts: what slows one round down slows both in it. */
export function atMost(factor: number, one: Timing, other: Timing): Claim {
  const ratio = ratioOf(one, other);
  return { asked: `at most ${factor} × ${other.name}`, got: ratio.toFixed(2), met: ratio <= factor };
}

export function timesFaster(factor: number, one: Timing, other: Timing): Claim {
  const ratio = ratioOf(other, one);
  return { asked: `at least ${factor} × faster than ${other.name}`, got: ratio.toFixed(1), met: ratio >= factor };
}

/** How much of the other's work it does in the same time. */
export function shareOf(share: number, one: Timing, other: Timing): Claim {
  const ratio = ratioOf(other, one);
  return {
    asked: `at least ${share * 100} % of ${other.name}`,
    got: `${Math.round(ratio * 100)} %`,
    met: ratio >= share,
  };
}

function ratioOf(one: Timing, other: Timing): number {
  return median(one.samples.map((sample, round) => sample / (other.samples[round] ?? NaN)));
}
