const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `12h`, `30d`: milliseconds. Undefined for anything else, and for none. */
export function readSpan(text: string): number | undefined {
  const [, count = "", unit = ""] = /^([1-9]\d{0,4})([smhd])$/.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined ? undefined : Number(count) * factor;
}
