import type { Rollout } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import { stepBackFor } from "../rotate/step-back.ts";

/**
 * A rollout that is open although the lease is ours was cut short: its command was killed, or its machine went down.
 * It is ended as failed, with an entry that says so; what it left behind on hosts is found by looking at them. With an
 * id, only that one.
 */
export function closeAbandoned(context: Context, id?: string): Promise<Rollout | undefined> {
  return inEnvironment(context, async (environment, tx) => {
    const { releases, rollouts } = environment;
    const open = await rollouts.open();
    if (open === undefined || open.id !== (id ?? open.id)) return undefined;
    await rollouts.finish(open.id, "failed");
    await releases.setState(open.release, "failed");
    await stepBackFor(environment, open.id);
    await tx.audit.append({
      actor: context.actor,
      action: "rollout.abandoned",
      environment: context.environment,
      subject: `r${open.release}`,
      detail: { rollout: open.id, by: open.actor },
    });
    return open;
  });
}
