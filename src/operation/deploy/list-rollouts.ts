import type { Rollout } from "#store";
import { demand } from "../authority.ts";
import { recallEnvironment, type Context } from "../context.ts";

export type ListedRollout = Omit<Rollout, "plan">;

/** The latest of this environment, newest first. */
export async function listRollouts(context: Context, limit: number): Promise<readonly ListedRollout[]> {
  demand(context, "viewer");
  // a name that the manifest does not know would be made in the store
  await context.loadPlatform();
  return recallEnvironment(context, `${limit} rollouts`, ({ rollouts }) => rollouts.latest(limit));
}

export function listedOf({ id, kind, release, state, actor, startedAt, endedAt }: Rollout): ListedRollout {
  return { id, kind, release, state, actor, startedAt, ...(endedAt === undefined ? {} : { endedAt }) };
}
