import { AppError } from "#kernel";
import type { FoundThing } from "#store";
import { demand } from "../authority.ts";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { dayFault } from "../scan/accepted.ts";
import { judge, type ListedFinding } from "./state.ts";

export interface AcceptFindingRequest {
  readonly id: number;
  readonly reason: string;
  /** the last day, `2027-01-31` */
  readonly until: string;
}

/** A finding that may stand until a day. VALUE_IN_USE of a value that is live, NOT_FOUND, USAGE for the day or the reason. */
export async function acceptFinding(
  context: Context,
  { id, reason, until }: AcceptFindingRequest,
): Promise<ListedFinding> {
  demand(context, "operator");
  await context.loadPlatform();
  const fault = dayFault(until, context.clock.now());
  if (fault !== undefined) throw new AppError("USAGE", `the last day ${fault}`, { hint: "name a day within a year" });
  if (reason.trim() === "") throw new AppError("USAGE", "why it may stand is missing");
  return inEnvironment(context, async ({ findings, values }, tx) => {
    const found = await findings.find(id);
    if (found === undefined || found.goneAt !== undefined) throw missing(id, found !== undefined);
    const versions = await values.all();
    const { version } = judge(found, versions, context.clock.now());
    if (version?.state === "live") throw stillLive(found.thing);
    await findings.accept(id, { reason: reason.trim(), until, by: context.actor.name, places: found.places });
    const detail = { finding: id, reason: reason.trim(), until };
    await record(context, tx, { action: "finding.accept", subject: subjectOf(found.thing), detail });
    const accepted = await findings.find(id);
    if (accepted === undefined) throw missing(id, false);
    return judge(accepted, versions, context.clock.now());
  });
}

function subjectOf(thing: FoundThing): string {
  return thing.kind === "value" ? thing.name : thing.format;
}

function missing(id: number, isGone: boolean): AppError {
  const what = isGone ? `finding ${id} is gone: there is nothing to accept` : `there is no finding ${id}`;
  return new AppError("NOT_FOUND", what, { hint: "`keyturn findings` lists them" });
}

/** Whoever saw it can use it: nothing that is written down changes that. */
function stillLive(thing: FoundThing): AppError {
  if (thing.kind !== "value") return new AppError("INTERNAL", "a credential has no version");
  return new AppError("VALUE_IN_USE", `${thing.name} v${thing.version} is live: where it stands is never accepted`, {
    hint: `\`keyturn rotate ${thing.name} --compromised\`, then accept the place where the old value stays`,
  });
}
