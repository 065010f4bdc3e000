/** Two names that belong together and change together. */
export interface Pair {
  /** the one that the manifest says it of: its issuer, its schedule and who holds it stand there */
  readonly name: string;
  readonly companion: string;
}

/** The pair that a name is of, whichever of the two it is. */
export function pairOf(pairs: ReadonlyMap<string, string>, wanted: string): Pair | undefined {
  for (const [name, companion] of pairs) if (wanted === name || wanted === companion) return { name, companion };
  return undefined;
}
