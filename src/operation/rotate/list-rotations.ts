import type { Issuance, Rotation, RotationEntry } from "#store";
import { demand } from "../authority.ts";
import { readEnvironment, type Context } from "../context.ts";

export interface ListedRotation extends Rotation {
  readonly entries: readonly RotationEntry[];
  /** what is left to do at the system that makes its value */
  readonly issuance?: Issuance;
}

/** The latest, newest first, with all that was done and found; and however old, each with something left to do. */
export async function listRotations(context: Context, limit = 20): Promise<readonly ListedRotation[]> {
  demand(context, "viewer");
  // a name that the manifest does not know would be made in the store
  await context.loadPlatform();
  return readEnvironment(context, async ({ rotations, issuances }) => {
    const open = await issuances.open();
    const latest = await rotations.latest(limit);
    const waiting = open.filter(({ id }) => !latest.some((one) => one.id === id));
    const listed: ListedRotation[] = [];
    for (const rotation of [...latest, ...(await Promise.all(waiting.map(({ id }) => rotations.find(id))))]) {
      if (rotation === undefined) continue;
      const issuance = open.find(({ id }) => id === rotation.id);
      const entries = await rotations.entries(rotation.id);
      listed.push({ ...rotation, entries, ...(issuance === undefined ? {} : { issuance }) });
    }
    return listed;
  });
}

/** What was begun at a system that makes values and came to no rotation, until it is taken back there. */
export async function listUnkept(context: Context): Promise<readonly Issuance[]> {
  demand(context, "viewer");
  return readEnvironment(context, async ({ rotations, issuances }) => {
    const unkept: Issuance[] = [];
    for (const issuance of await issuances.open()) {
      if ((await rotations.find(issuance.id)) === undefined) unkept.push(issuance);
    }
    return unkept;
  });
}
