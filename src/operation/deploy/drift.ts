import { AppError, type Finding } from "#kernel";
import { mends, type Difference, type TargetPlan } from "#plan";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import type { LookEvent } from "../event.ts";
import { describe } from "./describe.ts";
import { mendCommand, reachCommand, type Spot } from "./mend-command.ts";
import { survey, type Survey } from "./survey.ts";

export interface DriftResult {
  readonly environment: string;
  readonly drift: readonly DriftFinding[];
  /** targets that are as they should be */
  readonly clean: readonly string[];
  readonly findings: readonly Finding[];
}

export interface DriftFinding {
  readonly target: string;
  readonly kind: Difference["kind"];
  readonly message: string;
  /** the command that mends it, or that opens the place for the person who has to */
  readonly mend: string;
  /** `keyturn drift --fix` mends it */
  readonly fixable: boolean;
}

/** Every way in which a host is not as the store says, each with the command that mends it. Changes nothing. */
export async function findDrift(
  context: Context,
  part: readonly string[],
  onLook?: (event: LookEvent) => void,
): Promise<DriftResult> {
  demand(context, "viewer");
  const found = await survey(context, part, onLook);
  const { plan, findings } = found;
  const differing = [
    ...plan.changes.map(({ target, reasons }) => ({ target, differences: reasons })),
    ...plan.left.map(({ target, differences }) => ({ target, differences })),
  ];
  const absent = plan.absent
    .filter(({ kind }) => kind === "unreachable")
    .map((one) => ({
      target: one.target,
      kind: "unreachable" as const,
      message: one.message,
      mend: reachCommand(one),
      fixable: false,
    }));
  const drift = differing.flatMap(({ target, differences }) => {
    const blocked = plan.changes.some((change) => change.target === target && hasNoUnit(change));
    return differences.map((difference) => driftFinding(spotOf(found, target), difference, blocked));
  });
  return { environment: context.environment, drift: [...drift, ...absent], clean: plan.unchanged, findings };
}

/** A unit that does not exist can't be restarted, and everything that was mended with it would go back. */
function hasNoUnit({ reasons }: TargetPlan): boolean {
  return reasons.some(({ kind }) => kind === "instance-missing");
}

function driftFinding(spot: Spot, difference: Difference, blocked: boolean): DriftFinding {
  return {
    target: spot.target.desired.target,
    kind: difference.kind,
    message: describe(difference),
    mend: mendCommand(difference, spot),
    fixable: mends[difference.kind] === "apply" && !blocked,
  };
}

function spotOf({ bound, platform }: Survey, name: string): Spot {
  const target = bound.targets.find(({ desired }) => desired.target === name);
  const entry = platform.hosts.find((host) => host.name === target?.desired.host);
  if (target === undefined || entry === undefined) throw new AppError("INTERNAL", `${name} was not bound`);
  return { target, entry };
}
