const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `2s`, `1m`, `1h` and sums as `1m30s`. */
export const durationPattern = /^(?:\d{1,6}h)?(?:\d{1,6}m)?(?:\d{1,6}s)?(?:\d{1,9}ms)?$/;

/** Milliseconds of a text that `durationPattern` accepts. */
export function readDuration(text: string): number {
  return [...text.matchAll(/(\d+)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? "ms"] ?? 1),
    0,
  );
}
