import { kitMatcher, matcherOf, type Kit, type Matcher, type Needles } from "#leak";
import { knownFormats, type FormatOptions } from "./format/known-formats.ts";

/** What is looked for: plain data over shared memory, which a thread can be given. */
export interface Wanted {
  readonly needles: Needles;
  /** known formats as well */
  readonly formats?: FormatOptions;
  /** candidates of it as well */
  readonly kit?: Kit;
}

export function matcherFor({ needles, formats, kit }: Wanted): Matcher {
  const known = formats === undefined ? [] : knownFormats(formats);
  return kit === undefined ? matcherOf(needles, known) : kitMatcher(kit, known);
}
