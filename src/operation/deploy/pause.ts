import { AppError } from "#kernel";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { notOpen } from "./interrupted.ts";

/**
 * Asks a rollout to stop behind the step at work; it stays open, to be gone on with or taken back. The audit log has who asked.
 * `stop` is nothing where another process carries the rollout out: ROLLOUT_STATE.
 */
export async function pauseRollout(context: Context, id: string, stop: (() => void) | undefined): Promise<void> {
  demand(context, "operator");
  await context.loadPlatform();
  const known = await inEnvironment(context, async ({ rollouts }, tx) => {
    const rollout = await rollouts.find(id);
    if (rollout === undefined) throw new AppError("NOT_FOUND", `there is no rollout ${id}`);
    if (rollout.state !== "running") throw notOpen(id);
    if (stop === undefined) {
      throw new AppError("ROLLOUT_STATE", `the rollout ${id} is not carried out by this server`, {
        hint: "Ctrl-C stops it where it runs; one that has stopped already can be gone on with, or taken back",
      });
    }
    const subject = `r${rollout.release}`;
    const entry = { actor: context.actor, action: "rollout.pause", environment: context.environment, subject };
    await tx.audit.append({ ...entry, detail: { rollout: id } });
    return stop;
  });
  known();
}
