import { openHint } from "#store";
import { AppError } from "#kernel";
import { demand } from "../authority.ts";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";

/**
 * Asks a rotation to stop at the end of what it is at: it stays open there, to be gone on with or taken back. The audit log has
 * who asked. `stop` is nothing where another process carries it out: ROLLOUT_STATE.
 */
export async function holdRotation(context: Context, id: string, stop: (() => void) | undefined): Promise<void> {
  demand(context, "operator");
  await context.loadPlatform();
  const known = await inEnvironment(context, async ({ rotations }, tx) => {
    const rotation = await rotations.find(id);
    if (rotation === undefined) throw new AppError("NOT_FOUND", `there is no rotation ${id}`);
    const { name, state } = rotation;
    if (state !== "open") throw new AppError("ROLLOUT_STATE", `the rotation ${id} has ended`);
    if (stop === undefined) {
      throw new AppError("ROLLOUT_STATE", `the rotation ${id} is not carried out by this server`, {
        hint: `Ctrl-C stops it where it runs; where it runs no more, ${openHint(name)}`,
      });
    }
    await record(context, tx, { action: "rotation.hold", subject: name, detail: { rotation: id } });
    return stop;
  });
  known();
}
