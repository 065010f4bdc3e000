import { AppError, type Sensitive } from "#kernel";
import { inPlatform, record, scopeDetail } from "../change.ts";
import type { Context } from "../context.ts";
import { refuseLost, type HeldLease } from "../deploy/lease.ts";
import { declarationsOf, misfits } from "../value/declaration.ts";
import { putValue } from "../value/put-value.ts";
import type { Prepared } from "./rotation-plan.ts";

export interface NewValue {
  /** of the rotation */
  readonly id: string;
  readonly value: Sensitive;
  readonly origin: string;
}

/** The new value, the rotation and their entries in one transaction: from here on nobody gets a value but by its steps. */
export async function beginRotation(
  context: Context,
  lease: HeldLease,
  { plan, version, platform }: Prepared,
  { id, value, origin }: NewValue,
): Promise<void> {
  const { name, scope, compromised } = plan;
  const declarations = declarationsOf(platform, name, scope);
  const unfit = misfits(declarations, value);
  if (unfit.length > 0) {
    throw new AppError("VALUES_INVALID", `this value of ${name} does not fit, nothing was stored`, { findings: unfit });
  }
  const steps = plan.steps.map(({ phase, services }) => ({ phase, services }));
  await refuseLost(context, lease);
  await inPlatform(context, platform, async (environment, tx) => {
    const put = await putValue(
      context,
      { environment, tx },
      { name, scope, value, origin, declarations, action: "value.rotate" },
    );
    if (put.kind === "unchanged") {
      throw new AppError("VALUES_INVALID", `that is the value which ${name} has already`, { hint: "give another one" });
    }
    const { actor } = context;
    await environment.rotations.begin({
      id,
      name,
      scope,
      from: version.id,
      to: put.version.id,
      compromised,
      steps,
      actor,
    });
    if ((await environment.issuances.find(id)) !== undefined) await environment.issuances.move(id, "issued");
    await record(context, tx, {
      action: "rotation.begin",
      subject: name,
      detail: {
        rotation: id,
        from: version.number,
        to: put.version.number,
        steps: steps.map(({ phase, services }) => `${phase} ${services.join(" ")}`),
        ...(compromised ? { compromised } : {}),
        ...scopeDetail(scope),
      },
    });
  });
}
