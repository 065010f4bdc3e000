import type { Finding } from "#kernel";
import type { Plan } from "#plan";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { fencedFindings } from "./refuse-fenced.ts";
import type { LookEvent } from "../event.ts";
import { notices } from "./notices.ts";
import { survey } from "./survey.ts";

export interface PlanResult {
  readonly plan: Plan;
  /**
   * contract, manifest and values; errors among them would stop an apply before it touches anything, but for a token that
   * is over: another apply neither mends nor harms it
   */
  readonly findings: readonly Finding[];
}

/** What would change where, by fingerprint. Reads only. */
export async function planPlatform(
  context: Context,
  part: readonly string[],
  onLook?: (event: LookEvent) => void,
): Promise<PlanResult> {
  demand(context, "viewer");
  const found = await survey(context, part, onLook);
  const { plan, findings } = found;
  const told = await notices(context, found.platform);
  return { plan, findings: [...findings, ...plan.findings, ...told, ...(await fencedFindings(context, found))] };
}
