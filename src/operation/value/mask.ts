import { buildMatcher, maskWith, type Secret } from "#leak";

/** Masks every one of these values in a line of output. */
export function maskLine(secrets: readonly Secret[]): (line: string) => string {
  const matcher = buildMatcher(secrets);
  return (line) => {
    const mask = maskWith(matcher);
    return Buffer.concat([mask.write(Buffer.from(line, "utf8")), mask.end()]).toString("utf8");
  };
}
