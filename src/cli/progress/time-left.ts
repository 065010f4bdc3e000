import type { RolloutView, ShareView } from "./rollout-view.ts";

/** `about`: as long as hosts that did the same took; `up to`: the plan's own limits are in it. Milliseconds. */
export interface TimeLeft {
  readonly kind: "about" | "up to";
  readonly ms: number;
}

/**
 * How long the waves that are left may take. Nothing until one host has ended: before that every figure would be made
 * up. The hosts of a wave work side by side, so a wave takes as long as its slowest.
 */
export function timeLeft({ waves, wave, soak, doing }: RolloutView, now: number): TimeLeft | undefined {
  const ended = waves.flatMap(({ shares }) => shares).filter(({ took }) => took !== undefined);
  if (ended.length === 0 || doing.kind === "returning") return undefined;
  const usual = usualTimes(ended);
  const left = waves.filter(({ number }) => number >= wave);
  const open = left.flatMap(({ shares }) => shares).filter(({ took }) => took === undefined);
  const working = left.map(({ shares }) => Math.max(0, ...shares.map((share) => shareLeft(share, usual, now))));
  const looking =
    doing.kind === "soaking" ? Math.max(0, doing.until - now) + soak * (left.length - 1) : soak * left.length;
  const ms = working.reduce((sum, one) => sum + one, looking);
  if (ms < 1000) return undefined;
  return { kind: open.every((share) => usual.has(workOf(share))) ? "about" : "up to", ms };
}

/** By what is to be done, the median of those that did it. */
function usualTimes(ended: readonly ShareView[]): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(ended, workOf)].map(([work, shares]) => {
      const times = shares.map(({ took = 0 }) => took).toSorted((a, b) => a - b);
      return [work, times[Math.floor(times.length / 2)] ?? 0];
    }),
  );
}

function shareLeft(share: ShareView, usual: ReadonlyMap<string, number>, now: number): number {
  if (share.took !== undefined) return 0;
  const whole = usual.get(workOf(share)) ?? share.atMost;
  return share.startedAt === undefined ? whole : Math.max(0, share.startedAt + whole - now);
}

/** The same services with the same steps take about the same time anywhere. */
function workOf({ host, steps }: ShareView): string {
  return steps.map(({ target, step }) => `${target.slice(0, -host.length)} ${step}`).join("\n");
}
