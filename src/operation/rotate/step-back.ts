import type { EnvironmentStore } from "#store";

/** A step whose rollout failed is not reached: what the store wants of everyone is the step before. */
export async function stepBackFor({ rotations }: EnvironmentStore, rollout: string): Promise<void> {
  const rotation = (await rotations.open()).find((one) => one.rollout === rollout);
  if (rotation === undefined) return;
  await rotations.move(rotation.id, rotation.step - 1);
  const detail = `its rollout ${rollout} failed`;
  await rotations.append(rotation.id, { step: rotation.step, kind: "failed", subject: "", detail });
}
