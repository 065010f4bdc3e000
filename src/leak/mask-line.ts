import type { Matcher } from "./matcher.ts";
import { maskWith } from "./stream-mask.ts";

/** For output that comes line by line, each a stream of its own. The matcher is asked for with the first line only. */
export function lineMask(makeMatcher: () => Matcher): (line: string) => string {
  let matcher: Matcher | undefined;
  return (line) => {
    matcher ??= makeMatcher();
    const mask = maskWith(matcher);
    return Buffer.concat([mask.write(Buffer.from(line, "utf8")), mask.end()]).toString("utf8");
  };
}
