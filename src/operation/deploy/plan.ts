import type { Finding } from "#kernel";
import type { Plan } from "#plan";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { fencedFindings } from "./refuse-fenced.ts";
import type { LookEvent } from "../event.ts";
import { findTokenEnds } from "../rotate/token-end.ts";
import { openRotations } from "./open-rotations.ts";
import { survey, type Survey } from "./survey.ts";

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
  const later = [...(await tokensEnding(context, found)), ...(await openRotations(context))];
  return { plan, findings: [...findings, ...plan.findings, ...later, ...(await fencedFindings(context, found))] };
}

/** Of the part that was asked for. */
export function tokensEnding(context: Context, { platform }: Pick<Survey, "platform">): Promise<readonly Finding[]> {
  const now = context.clock.now();
  return inEnvironment(context, (environment) => findTokenEnds(environment, platform, now));
}
