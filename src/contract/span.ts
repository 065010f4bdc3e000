const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** One number and one unit: `90s`, `12h`, `30d`, `12w`. The same in contract and manifest, for times that people think of in days. */
export const spanPattern = /^([1-9]\d{0,4})([smhdw])$/;

/** Milliseconds; a day has 24 hours. Undefined for anything else, and for none. */
export function readSpan(text: string): number | undefined {
  const [, count = "", unit = ""] = spanPattern.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined ? undefined : Number(count) * factor;
}
