import type { Finding } from "#kernel";
import { inEnvironment, type Context } from "../context.ts";
import { openHint } from "../rotate/rotation-record.ts";

/** What is between two values: nothing is wrong with it, but somebody has to go on. */
export function openRotations(context: Context): Promise<readonly Finding[]> {
  return inEnvironment(context, async ({ rotations }) =>
    (await rotations.open()).map(({ name, step, steps }) => ({
      severity: "warning",
      code: "rotation-open",
      message: `${name} is being rotated, and is at step ${step} of ${steps.length}`,
      hint: openHint(name),
    })),
  );
}
