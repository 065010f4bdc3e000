import type { Matcher } from "./matcher.ts";
import { maskWith } from "./stream-mask.ts";

/** For output that comes line by line: each line is a stream of its own. */
export function lineMask(matcher: Matcher): (line: string) => string {
  return (line) => {
    const mask = maskWith(matcher);
    return Buffer.concat([mask.write(Buffer.from(line, "utf8")), mask.end()]).toString("utf8");
  };
}
