import { AppError } from "#kernel";
import type { Rotation } from "#store";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { refuseLost, type HeldLease } from "../deploy/lease.ts";
import { openRotation, refuseWithdrawn } from "./rotation-record.ts";
import type { Prepared } from "./rotation-plan.ts";

/** ROTATION_REFUSED where the value before has ended, or the new one is on its way back: neither is hurried by this. */
export async function refuseHurry(context: Context, open: Rotation): Promise<void> {
  await refuseWithdrawn(context, open);
  const before = await inEnvironment(context, ({ values }) => values.find(open.from));
  if (before?.state === "live") return;
  throw new AppError("ROTATION_REFUSED", `v${before?.number ?? "?"} of ${open.name} has ended already`, {
    hint: `\`keyturn rotate ${open.name} --continue\` brings it to its end, \`keyturn retire ${open.name} --compromised\` marks it`,
  });
}

/**
 * The rotation that is open has no overlap from here on: what is left of it is one step, in which everyone gets the new value
 * alone. What it did so far stays in its trail.
 */
export async function beginEmergency(
  context: Context,
  lease: HeldLease,
  open: Rotation,
  { plan }: Prepared,
): Promise<void> {
  const { rotation, proved } = await openRotation(context, open.id);
  const step = proved ? rotation.step : rotation.step - 1;
  const left = plan.steps.map(({ phase, services }) => ({ phase, services }));
  await refuseLost(context, lease);
  await inEnvironment(context, async ({ rotations, issuances }, tx) => {
    const { id, name, steps } = rotation;
    await rotations.compromise(id, [...steps.slice(0, step), ...left], step);
    if ((await issuances.find(id)) !== undefined) await issuances.compromise(id);
    const detail = "the value before is compromised: no overlap from here on";
    await rotations.append(id, { step, kind: "compromised", subject: "", detail });
    await record(context, tx, { action: "rotation.compromise", subject: name, detail: { rotation: id, step } });
  });
}
