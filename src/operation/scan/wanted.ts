import { kitMatcher, matcherOf, type Kit, type Matcher, type Needles } from "#leak";
import { knownFormats } from "./format/known-formats.ts";

/** What is looked for: plain data over shared memory, which a thread can be given. */
export interface Wanted {
  readonly needles: Needles;
  /** known formats as well, as of this time */
  readonly formatsAt?: number;
  /** candidates of it as well */
  readonly kit?: Kit;
}

export function matcherFor({ needles, formatsAt, kit }: Wanted): Matcher {
  const formats = formatsAt === undefined ? [] : knownFormats(formatsAt);
  return kit === undefined ? matcherOf(needles, formats) : kitMatcher(kit, formats);
}
