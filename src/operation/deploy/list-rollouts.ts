import type { Rollout } from "#store";
import { demand } from "../authority.ts";
import { recallEnvironment, type Context } from "../context.ts";
import { isAtWork } from "./lease.ts";

export interface ListedRollout extends Omit<Rollout, "plan" | "state"> {
  /** `stopped`: it is open, and nobody is at work on it */
  readonly state: Rollout["state"] | "stopped";
}

/** The latest of this environment, newest first. */
export async function listRollouts(context: Context, limit: number): Promise<readonly ListedRollout[]> {
  demand(context, "viewer");
  // a name that the manifest does not know would be made in the store
  await context.loadPlatform();
  const latest = await recallEnvironment(context, `${limit} rollouts`, ({ rollouts }) => rollouts.latest(limit));
  return Promise.all(latest.map(async (rollout) => ({ ...rollout, state: await stateNow(context, rollout) })));
}

/** Whether somebody is at work on one that is open stands in no journal. */
export async function stateNow(context: Context, { state }: Pick<Rollout, "state">): Promise<ListedRollout["state"]> {
  return state === "running" && !(await isAtWork(context)) ? "stopped" : state;
}

export function listedOf({ id, kind, release, actor, startedAt, endedAt }: Rollout): Omit<ListedRollout, "state"> {
  return { id, kind, release, actor, startedAt, ...(endedAt === undefined ? {} : { endedAt }) };
}
