import { AppError } from "#kernel";
import type { ApplyResult, RolloutProgress } from "#operation";
import { follow, type Following } from "./follow.ts";
import { inPath } from "./name.ts";
import type { Server } from "./server.ts";

export type Ended = Extract<ApplyResult, { readonly outcome: unknown }>;
export type Plan = ApplyResult["plan"];

/** How it ended, in the words of one that was carried out here. */
export async function rolledOut(server: Server, following: Following): Promise<Omit<Ended, "kind">> {
  const progress = await follow(server, following);
  const plan = await planOf(server, following.rollout);
  return { plan, release: progress.release, outcome: outcomeOf(server, progress) };
}

/** What was confirmed. */
export async function planOf({ askHere }: Server, rollout: string): Promise<Plan> {
  return (await askHere<{ readonly plan: Plan }>("GET", `/rollouts/${inPath(rollout)}/plan`)).plan;
}

export function outcomeOf(server: Pick<Server, "name">, { id, outcome }: RolloutProgress): Ended["outcome"] {
  const { kind, failure, hosts = [], unhealthy = [], targets = [] } = outcome ?? {};
  if (kind === "done") return { kind };
  if (kind === undefined || kind === "abandoned" || failure === undefined) throw notEnded(server, id);
  if (kind === "returned") return { kind, failure, hosts, unhealthy };
  if (kind === "stranded") return { kind, failure, targets };
  return { kind, failure };
}

function notEnded({ name }: Pick<Server, "name">, rollout: string): AppError {
  return new AppError("ROLLOUT_FAILED", `${name} did not bring ${rollout} to an end`, {
    hint: "`keyturn status` shows what runs; where the rollout is open, `keyturn apply --resume` goes on with it",
  });
}
