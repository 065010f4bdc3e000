import { matcherOf, type Matcher, type Needles } from "#leak";
import { knownFormats } from "./format/known-formats.ts";

/** What is looked for: plain data over shared memory, which a thread can be given. */
export interface Wanted {
  readonly needles: Needles;
  /** known formats as well, as of this time */
  readonly formatsAt?: number;
}

export function matcherFor({ needles, formatsAt }: Wanted): Matcher {
  return matcherOf(needles, formatsAt === undefined ? [] : knownFormats(formatsAt));
}
