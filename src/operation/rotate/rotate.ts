import { AppError, type Finding, type Sensitive } from "#kernel";
import type { Rotation } from "#store";
import { demand } from "../authority.ts";
import { inPlatform, record, scopeDetail } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { refuseOther } from "../deploy/confirmed.ts";
import { refuseLost, withLease, type HeldLease } from "../deploy/lease.ts";
import { refuseUnfit } from "../deploy/refuse-unfit.ts";
import { survey } from "../deploy/survey.ts";
import { declarationsOf, misfits } from "../value/declaration.ts";
import { ruleFor } from "../value/generate-rule.ts";
import { makeValue } from "../value/generate-values.ts";
import { putValue } from "../value/put-value.ts";
import { advance, type RotateResult, type RotationWatcher } from "./advance.ts";
import {
  prepareRotation,
  rotationDigest,
  type Prepared,
  type RotationPlan,
  type RotationQuestion,
} from "./rotation-plan.ts";
import { openHint } from "./rotation-record.ts";

export interface RotateRequest extends RotationQuestion, RotationWatcher {
  /** the new value, where somebody else makes it; otherwise it is made by the contract's rule */
  readonly value?: { readonly value: Sensitive; readonly origin: string };
  /** what was confirmed before, by its digest; PLAN_CHANGED where it is another plan by now */
  readonly expected?: string;
  /** shown what would happen before anything does; false stops */
  readonly confirm: (plan: RotationPlan) => Promise<boolean>;
}

/**
 * Gives a secret another value in everything that holds it: verifiers take both, presenters switch, verifiers forget,
 * each a rollout behind which its adoption is proved; then the value before ends for good. What fails goes back to the
 * step before, and the rotation stays open there: {@link continueRotation}, {@link returnRotation}.
 */
export async function rotateSecret(context: Context, request: RotateRequest): Promise<RotateResult> {
  demand(context, "operator");
  return withLease(context, `rotate ${request.name}`, async (lease) => {
    await refuseOpen(context, request);
    const prepared = await prepareRotation(context, request);
    refuseOther(rotationDigest(prepared.plan), request.expected);
    await refuseUnready(context, prepared, request);
    if (!(await request.confirm(prepared.plan))) return { kind: "cancelled", plan: prepared.plan };
    const id = await begin(context, lease, prepared, request);
    request.onRotation?.(id);
    return advance(context, lease, id, request);
  });
}

async function refuseOpen(context: Context, { name }: RotationQuestion): Promise<void> {
  const { open, rotation } = await inEnvironment(context, async ({ rollouts, rotations }) => ({
    open: await rollouts.open(),
    rotation: (await rotations.open()).find((one) => one.name === name),
  }));
  if (rotation !== undefined) throw alreadyOpen(rotation);
  if (open === undefined) return;
  throw new AppError("ROTATION_REFUSED", `the rollout ${open.id} of ${open.actor} was cut short, and is still open`, {
    hint: "`keyturn apply --resume` goes on with it, `keyturn apply --return` takes it back",
  });
}

function alreadyOpen({ id, name, step, steps, actor }: Rotation): AppError {
  return new AppError(
    "ROTATION_OPEN",
    `${actor} is rotating ${name} already (${id}, step ${step} of ${steps.length})`,
    { hint: openHint(name) },
  );
}

/** All that stands against it at once. A compromised value goes without waiting for what else is wrong. */
async function refuseUnready(context: Context, { plan, platform }: Prepared, request: RotateRequest): Promise<void> {
  const part = plan.holders.map(({ service }) => service);
  const found = await survey(context, part, request.onEvent);
  refuseUnfit(found);
  if (request.compromised) return;
  const pending = found.plan.changes.map(({ target }) =>
    standing(
      "pending",
      `${target} is not as the store says`,
      `\`keyturn apply ${target}\` first, or see \`keyturn plan\``,
    ),
  );
  const excluded = found.plan.absent.map(({ target, host }) =>
    standing("excluded", `${target} is left out for now, and would keep the old value`, `take ${host} in again first`),
  );
  const findings = [...pending, ...excluded];
  if (findings.length === 0) return;
  throw new AppError("ROTATION_REFUSED", `${plan.name} of ${platform.environment.name} can't be rotated yet`, {
    findings,
    hint: findings[0]?.hint ?? "",
  });
}

function standing(code: string, message: string, hint: string): Finding {
  return { severity: "error", code, message, hint };
}

/** The new value, the rotation and their entries in one transaction: from here on nobody gets a value but by its steps. */
async function begin(
  context: Context,
  lease: HeldLease,
  { plan, version, platform }: Prepared,
  request: RotateRequest,
): Promise<string> {
  const { name, scope, compromised } = plan;
  const declarations = declarationsOf(platform, name, scope);
  const made = request.value ?? {
    value: makeValue(name, ruleFor(platform, name), declarations),
    origin: "generated",
  };
  const unfit = misfits(declarations, made.value);
  if (unfit.length > 0) {
    throw new AppError("VALUES_INVALID", `this value of ${name} does not fit, nothing was stored`, { findings: unfit });
  }
  const id = context.makeId("rot");
  const steps = plan.steps.map(({ phase, services }) => ({ phase, services }));
  await refuseLost(context, lease);
  await inPlatform(context, platform, async (environment, tx) => {
    const put = await putValue(
      context,
      { environment, tx },
      { name, scope, ...made, declarations, action: "value.rotate" },
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
  return id;
}
