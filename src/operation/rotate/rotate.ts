import { sameScope, scopeText } from "#binding";
import { isMadeHere } from "#contract";
import { AppError, type Finding } from "#kernel";
import { openHint, rotates, type Issuance, type Rotation } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { refuseOther } from "../deploy/confirmed.ts";
import { withLease, type HeldLease } from "../deploy/lease.ts";
import { refuseUnfit } from "../deploy/refuse-unfit.ts";
import { survey } from "../deploy/survey.ts";
import { advance } from "./advance.ts";
import type { RotateResult } from "./rotate-end.ts";
import type { RotationWatcher } from "./watcher.ts";
import { beginRotation } from "./begin-rotation.ts";
import { beginEmergency, refuseHurry } from "./emergency.ts";
import { acceptGiven, type GivenValue } from "./given-value.ts";
import { intend, issue } from "./issue-value.ts";
import { makeHere, refuseUnmade } from "./made-here.ts";
import { rotatedBy } from "./pair.ts";
import { prepareRotation, rotationDigest, type Prepared } from "./rotation-plan.ts";
import type { RotationPlan, RotationQuestion } from "./planned.ts";
import { tryRevoking } from "./revoke.ts";
import { note, openIssuances, openRotation, type NewEntry } from "./rotation-record.ts";

export interface RotateRequest extends RotationQuestion, RotationWatcher {
  /** the new value, where a person makes it; otherwise by the manifest's issuer or the contract's rule */
  readonly value?: GivenValue;
  /** what was confirmed before, by its digest; PLAN_CHANGED where it is another plan by now */
  readonly expected?: string;
  /** shown what would happen before anything does; false stops */
  readonly confirm: (plan: RotationPlan) => Promise<boolean>;
}

/**
 * Gives a secret another value in everything that holds it: verifiers take both, presenters switch, verifiers forget,
 * each a rollout behind which its adoption is proved; then the value before ends for good. What fails goes back to the
 * step before, and the rotation stays open there: {@link continueRotation}, {@link returnRotation}. One that is open already
 * becomes an emergency from where it is, where the value is said to be compromised.
 */
export async function rotateSecret(context: Context, request: RotateRequest): Promise<RotateResult> {
  demand(context, "operator");
  return withLease(context, `rotate ${request.name}`, async (lease) => {
    const { platform } = await context.loadPlatform();
    const { name, companion } = rotatedBy(platform, request.name);
    const names = [name, ...(companion === undefined ? [] : [companion])];
    await refuseOpen(context, request, names);
    for (const one of names) await refuseUnsettled(context, { ...request, name: one });
    const prepared = await prepareRotation(context, request, { given: request.value !== undefined });
    refuseOther(rotationDigest(prepared.plan), request.expected);
    if (request.value === undefined) refuseUnmade(prepared);
    await refuseUnready(context, prepared, request);
    const { told, teller } = remembering(request);
    const value = request.value && (await acceptGiven(context, prepared, request.value, teller));
    if (!(await request.confirm(prepared.plan))) return { kind: "cancelled", plan: prepared.plan };
    const id = await (prepared.open === undefined
      ? begin(context, lease, prepared, { ...request, ...(value === undefined ? {} : { value }) })
      : hurry(context, lease, prepared.open, prepared));
    if (told.length > 0) await note(context, (await openRotation(context, id)).rotation, told);
    request.onRotation?.(id);
    return advance(context, lease, id, request);
  });
}

/** What is told of a given value before its rotation begins is written down in it: who looks later was not there. */
function remembering({ onEvent }: Pick<RotateRequest, "onEvent">) {
  const told: NewEntry[] = [];
  const teller: Pick<RotateRequest, "onEvent"> = {
    onEvent: (event) => {
      if (event.kind === "issuer") told.push({ kind: "judged", subject: event.where, detail: event.detail });
      onEvent(event);
    },
  };
  return { told, teller };
}

async function hurry(context: Context, lease: HeldLease, open: Rotation, prepared: Prepared): Promise<string> {
  await beginEmergency(context, lease, open, prepared);
  return open.id;
}

async function refuseOpen(
  context: Context,
  { scope, compromised, value }: RotateRequest,
  names: readonly string[],
): Promise<void> {
  const { open, rotation } = await inEnvironment(context, async ({ rollouts, rotations }) => ({
    open: await rollouts.open(),
    rotation: (await rotations.open()).find((one) => names.some((name) => rotates(one, name))),
  }));
  if (rotation !== undefined) {
    // the value of another scope is another value
    if (!compromised || rotation.compromised || !sameScope(rotation.scope, scope)) throw alreadyOpen(rotation);
    if (value !== undefined) throw hasValue(rotation);
    return refuseHurry(context, rotation);
  }
  if (open === undefined) return;
  throw new AppError("ROTATION_REFUSED", `the rollout ${open.id} of ${open.actor} was cut short, and is still open`, {
    hint: "`keyturn apply --resume` goes on with it, `keyturn apply --return` takes it back",
  });
}

/** What is left to do outside is tried first: a system may give the new value the place of one that is still to end. */
async function refuseUnsettled(context: Context, { name, onEvent }: RotateRequest): Promise<void> {
  for (const issuance of await openIssuances(context, name)) {
    if (issuance.state === "intended") throw intended(issuance);
    const { state, trouble = "" } = await tryRevoking(context, issuance.id, { onEvent });
    if (state === "settled") continue;
    throw new AppError(
      "ROTATION_REFUSED",
      `a value before of ${name} has not ended yet where it was made: ${trouble}`,
      {
        hint: `\`keyturn rotate ${name} --continue\` tries it again, and so does \`keyturn serve\``,
      },
    );
  }
}

function intended({ id, name, actor }: Issuance): AppError {
  return new AppError("ROTATION_OPEN", `${actor} began to have a value of ${name} made (${id}), and was cut short`, {
    hint: openHint(name),
  });
}

function hasValue({ id, name }: Rotation): AppError {
  return new AppError("ROTATION_OPEN", `${name} has a new value already, on its way by ${id}`, {
    hint: `\`keyturn rotate ${name} --compromised\` hurries that one`,
  });
}

function alreadyOpen({ id, name, scope, step, steps, actor }: Rotation): AppError {
  const where = scopeText(scope) === "" ? "" : ` for ${scopeText(scope)}`;
  return new AppError(
    "ROTATION_OPEN",
    `${actor} is rotating ${name}${where} already (${id}, step ${step} of ${steps.length})`,
    { hint: openHint(name) },
  );
}

/** All that stands against it at once. A compromised value goes without waiting for what else is wrong. */
async function refuseUnready(
  context: Context,
  { plan, platform, part }: Prepared,
  request: RotateRequest,
): Promise<void> {
  if (plan.holders.length === 0) return;
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

/** Made by whom the manifest names, by the contract's rule, or given by a person. */
async function begin(
  context: Context,
  lease: HeldLease,
  prepared: Prepared,
  { value, ...watcher }: RotateRequest,
): Promise<string> {
  const { entry } = prepared;
  if (entry !== undefined && !isMadeHere(entry)) {
    const id = await intend(context, prepared, entry);
    await issue(context, lease, prepared, { id, watcher });
    return id;
  }
  const id = context.makeId("rot");
  await beginRotation(context, lease, prepared, { id, ...(value ?? makeHere(prepared)) });
  return id;
}
