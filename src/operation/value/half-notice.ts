import { pairOf, type Platform } from "#contract";

/** The name that belongs to this one and changes with it. */
export function otherHalf({ pairs }: Platform, name: string): string | undefined {
  const pair = pairOf(pairs, name);
  if (pair === undefined) return undefined;
  return pair.name === name ? pair.companion : pair.name;
}

/** One half alone is of no use with the other half of before. `together`: names that are given at once. */
export function halfNotices(platform: Platform, name: string, together: readonly string[]): readonly string[] {
  const other = otherHalf(platform, name);
  if (other === undefined || together.includes(other)) return [];
  return [`it goes with ${other}: set that as well, or change both in the same steps by \`keyturn rotate ${name}\``];
}
