import type * as fc from "fast-check";

/** One reader of bytes that others wrote, the inputs to try it with, and the laws that hold for each of them. */
export interface Target {
  /** kebab-case; its folder in the corpus */
  readonly name: string;
  readonly input: fc.Arbitrary<Uint8Array>;
  /** Throws when a law is broken. */
  readonly check: (input: Buffer) => void | Promise<void>;
  /** runs in one of `npm test`; fewer for what starts a program each time */
  readonly runs: number;
}

/** What targets share that touch files. */
export interface Room {
  /** a folder that is removed in the end */
  readonly folder: string;
}
