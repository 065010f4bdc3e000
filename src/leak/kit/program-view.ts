import { spanKey, tagText, type Kit } from "./kit.ts";
import { windowTable } from "./window-hash.ts";

/** A kit in the words of a program that has no library of ours. Tells what the kit tells, and no more. */
export interface ProgramView {
  /** the random word of each byte, 256 times 16 hex digits */
  readonly table: string;
  /** twelve hex digits each */
  readonly tags: readonly string[];
  readonly lengths: readonly number[];
  /** what digests are made under, hex */
  readonly spanKey: string;
}

export function programView(kit: Kit): ProgramView {
  const { low, high } = windowTable(kit.key);
  const word = (number: number): string => (number >>> 0).toString(16).padStart(8, "0");
  return {
    table: Array.from(low, (lower, byte) => `${word(high[byte] ?? 0)}${word(lower)}`).join(""),
    tags: kit.tags.map(tagText),
    lengths: kit.lengths,
    spanKey: spanKey(kit).toString("hex"),
  };
}
