import { AppError } from "#kernel";
import type { Rotation } from "#store";
import { demand } from "../authority.ts";
import { inEnvironment, type Context } from "../context.ts";
import { withLease } from "../deploy/lease.ts";
import { takeBackUnder } from "../deploy/take-back.ts";
import { advance, type RotateResult, type RotationWatcher } from "./advance.ts";
import { goBack } from "./go-back.ts";
import { findOpenRotation, noted } from "./rotation-record.ts";

export interface ContinueRequest extends RotationWatcher {
  /** of the secret, or the rotation's id */
  readonly name: string;
  /** shown where it is before anything changes; false stops */
  readonly confirm: (rotation: Rotation) => Promise<boolean>;
}

export type ContinueResult = RotateResult | { readonly kind: "left"; readonly rotation: Rotation };

/** Forward, from wherever it was stopped, failed or killed. */
export function continueRotation(context: Context, request: ContinueRequest): Promise<ContinueResult> {
  demand(context, "operator");
  return withLease(context, `rotate ${request.name} --continue`, async (lease) => {
    const rotation = await findOpenRotation(context, request.name);
    if (!(await request.confirm(rotation))) return { kind: "left", rotation };
    request.onRotation?.(rotation.id);
    return advance(context, lease, rotation.id, request);
  });
}

/** Back to the value before, from any step. ROTATION_REFUSED past the point of no return. */
export function returnRotation(context: Context, request: ContinueRequest): Promise<ContinueResult> {
  demand(context, "operator");
  return withLease(context, `rotate ${request.name} --back`, async (lease) => {
    const rotation = await findOpenRotation(context, request.name);
    await refuseEnded(context, rotation);
    if (!(await request.confirm(rotation))) return { kind: "left", rotation };
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

async function refuseEnded(context: Context, { name, from }: Rotation): Promise<void> {
  const before = await inEnvironment(context, ({ values }) => values.find(from));
  if (before?.state === "live") return;
  throw new AppError("ROTATION_REFUSED", `v${before?.number ?? "?"} of ${name} has ended: there is no way back`, {
    hint: `\`keyturn rotate ${name} --continue\` brings it to its end`,
  });
}
