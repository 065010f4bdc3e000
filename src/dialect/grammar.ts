import type { DialectName, ReadResult } from "./dialect.ts";

/** A value ready to be written: its bytes, and the same as text with one character per byte. */
export interface Plain {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** How one consumer's file is written and read. The checks that all share are in `write.ts`. */
export interface Grammar {
  readonly name: DialectName;
  /** Why this consumer can't be given the value; undefined when it can. */
  objection(plain: Plain): string | undefined;
  /** The whole file as byte text, for entries without an objection. */
  render(entries: readonly Plain[]): string;
  read(bytes: Uint8Array): ReadResult;
}

/** Most files are one assignment after the other. */
export function renderLines(entries: readonly Plain[], encode: (plain: Plain) => string): string {
  return entries.map((plain) => `${plain.name}=${encode(plain)}\n`).join("");
}
