import type { BoundTarget } from "#binding";
import { createMask, type Secret } from "#leak";

/** Every sensitive value that any of the targets gets. */
export function secretValues(targets: readonly BoundTarget[]): readonly Secret[] {
  return targets.flatMap(({ variables }) =>
    variables.filter(({ sensitive }) => sensitive).map(({ name, value }) => ({ name, value })),
  );
}

/** Masks those values in a line of output. */
export function outputMask(targets: readonly BoundTarget[]): (line: string) => string {
  return maskLine(secretValues(targets));
}

export function maskLine(secrets: readonly Secret[]): (line: string) => string {
  return (line) => {
    const mask = createMask(secrets);
    return Buffer.concat([mask.write(Buffer.from(line, "utf8")), mask.end()]).toString("utf8");
  };
}
