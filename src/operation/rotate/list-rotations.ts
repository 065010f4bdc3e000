import type { Rotation, RotationEntry } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";

export interface ListedRotation extends Rotation {
  readonly entries: readonly RotationEntry[];
}

/** The latest, newest first, with all that was done and found. */
export async function listRotations(context: Context, limit = 20): Promise<readonly ListedRotation[]> {
  demand(context, "viewer");
  // a name that the manifest does not know would be made in the store
  await context.loadPlatform();
  return readEnvironment(context, async ({ rotations }) => {
    const listed: ListedRotation[] = [];
    for (const rotation of await rotations.latest(limit)) {
      listed.push({ ...rotation, entries: await rotations.entries(rotation.id) });
    }
    return listed;
  });
}
