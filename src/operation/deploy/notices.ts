import type { Platform } from "#contract";
import type { Finding } from "#kernel";
import { openHint, type EnvironmentStore } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { findTokenEnds } from "../rotate/token-end.ts";

/** What nobody did wrong, and somebody has to see to: tokens that end, of the part that was asked for, and rotations that are open. */
export function notices(context: Context, platform: Platform): Promise<readonly Finding[]> {
  const now = context.clock.now();
  return inEnvironment(context, async (environment) => [
    ...(await findTokenEnds(environment, platform, now)),
    ...(await openRotations(environment)),
  ]);
}

async function openRotations({ rotations }: EnvironmentStore): Promise<readonly Finding[]> {
  return (await rotations.open()).map(({ name, step, steps }) => ({
    severity: "warning",
    code: "rotation-open",
    message: `${name} is being rotated, and is at step ${step} of ${steps.length}`,
    hint: openHint(name),
  }));
}
