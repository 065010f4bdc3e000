import { readIssuerText } from "#contract";
import { AppError } from "#kernel";
import { rotates, type Issuance, type Rotation } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { withLease, type HeldLease } from "../deploy/lease.ts";
import { takeBackUnder } from "../deploy/take-back.ts";
import { advance } from "./advance.ts";
import type { RotateResult } from "./rotate-end.ts";
import type { RotationWatcher } from "./watcher.ts";
import { goBack } from "./go-back.ts";
import { issue } from "./issue-value.ts";
import { hasPromoted } from "./promote.ts";
import { markRevoking, tryRevoking, withdraw } from "./revoke.ts";
import { prepareRotation } from "./rotation-plan.ts";
import { findOpenRotation, noted, openIssuances, refuseWithdrawn } from "./rotation-record.ts";

export interface ContinueRequest extends RotationWatcher {
  /** of the secret, or the rotation's id */
  readonly name: string;
  /** shown where it is before anything changes; false stops */
  readonly confirm: (open: Rotation | Issuance) => Promise<boolean>;
}

export type ContinueResult =
  | RotateResult
  | { readonly kind: "left"; readonly name: string }
  /** no rotation was open, and what was left to do at the system that makes the value is done, or waits on */
  | { readonly kind: "revoked" | "unrevoked"; readonly issuance: Issuance };

/** Forward, from wherever it was stopped, failed or killed. */
export async function continueRotation(context: Context, request: ContinueRequest): Promise<ContinueResult> {
  demand(context, "operator");
  return withLease(context, `rotate ${request.name} --continue`, async (lease) => {
    const unsettled = await settleOutside(context, request, (issuance) => goOn(context, lease, issuance, request));
    if (unsettled !== undefined) return unsettled;
    const rotation = await findOpenRotation(context, request.name);
    await refuseWithdrawn(context, rotation);
    if (!(await request.confirm(rotation))) return { kind: "left", name: rotation.name };
    request.onRotation?.(rotation.id);
    return advance(context, lease, rotation.id, request);
  });
}

/** Back to the value before, from any step. ROTATION_REFUSED past the point of no return. */
export async function returnRotation(context: Context, request: ContinueRequest): Promise<ContinueResult> {
  demand(context, "operator");
  return withLease(context, `rotate ${request.name} --back`, async (lease) => {
    const unsettled = await settleOutside(context, request, (issuance) => takeBack(context, issuance, request));
    if (unsettled !== undefined) return unsettled;
    const rotation = await findOpenRotation(context, request.name);
    await refuseEnded(context, rotation);
    if (!(await request.confirm(rotation))) return { kind: "left", name: rotation.name };
    request.onRotation?.(rotation.id);
    const open = await inEnvironment(context, ({ rollouts }) => rollouts.open());
    if (open !== undefined && open.id === rotation.rollout) {
      await takeBackUnder(context, lease, { ...request, rollout: open.id, confirm: async () => true });
    }
    const now = await findOpenRotation(context, rotation.id);
    return noted(context, now.id, () =>
      goBack(context, lease, now, { watcher: request, reason: "asked to go back", to: 0 }),
    );
  });
}

/** What was begun outside without a rotation that is open: none came of it yet, or it has ended. */
async function settleOutside(
  context: Context,
  { name, confirm, onRotation }: ContinueRequest,
  settle: (issuance: Issuance) => Promise<ContinueResult>,
): Promise<ContinueResult | undefined> {
  const rotation = await inEnvironment(context, async ({ rotations }) => {
    return (await rotations.open()).find((one) => rotates(one, name) || one.id === name);
  });
  const [issuance] = rotation === undefined ? await openIssuances(context, name) : [];
  if (issuance === undefined) return undefined;
  if (!(await confirm(issuance))) return { kind: "left", name: issuance.name };
  onRotation?.(issuance.id);
  return settle(issuance);
}

/** The same intent again comes to the same value. */
async function goOn(
  context: Context,
  lease: HeldLease,
  issuance: Issuance,
  watcher: RotationWatcher,
): Promise<ContinueResult> {
  if (issuance.state !== "intended") return settled(await tryRevoking(context, issuance.id, watcher));
  const { id, name, from, companion } = issuance;
  const by = readIssuerText(issuance.issuer);
  const prepared = await prepareRotation(context, issuance, by === undefined ? {} : { by });
  // the manifest may have made a pair of it since, or none any more
  const isSame = prepared.companion?.id === companion?.from && prepared.companion?.name === companion?.name;
  if (prepared.version.id === from && isSame) {
    await issue(context, lease, prepared, { id, watcher });
    return advance(context, lease, id, watcher);
  }
  await withdraw(context, id, watcher);
  throw new AppError(
    "ROTATION_REFUSED",
    `${name} was given another value meanwhile: what was made for it is taken back`,
  );
}

async function takeBack(context: Context, issuance: Issuance, watcher: RotationWatcher): Promise<ContinueResult> {
  const { id, name, state } = issuance;
  if (state === "revoking-old") {
    throw new AppError("ROTATION_REFUSED", `${name} is rotated: the value before has ended everywhere but outside`, {
      hint: `\`keyturn rotate ${name} --continue\` ends it there`,
    });
  }
  await inEnvironment(context, (environment) => markRevoking(environment, id, "revoking-new"));
  return settled(await tryRevoking(context, id, watcher));
}

function settled(issuance: Issuance): ContinueResult {
  return { kind: issuance.state === "settled" ? "revoked" : "unrevoked", issuance };
}

async function refuseEnded(context: Context, { id, name, from }: Rotation): Promise<void> {
  const { before, issuance } = await inEnvironment(context, async ({ values, issuances }) => ({
    before: await values.find(from),
    issuance: await issuances.find(id),
  }));
  if (before?.state === "live" && !hasPromoted(issuance)) return;
  throw new AppError("ROTATION_REFUSED", `v${before?.number ?? "?"} of ${name} has ended: there is no way back`, {
    hint: `\`keyturn rotate ${name} --continue\` brings it to its end`,
  });
}
