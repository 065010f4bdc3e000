import { rotatedNames, type EnvironmentStore, type Rotation, type Version } from "#store";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { forgetEnded } from "../deploy/forget-ended.ts";
import type { HeldLease } from "../deploy/lease.ts";
import { retireUnder } from "../deploy/retire.ts";
import type { RotationWatcher } from "./watcher.ts";
import { markRevoking, tryRevoking } from "./revoke.ts";
import type { EndedRotation } from "./rotate-end.ts";

/** Past this there is no way back: the value before ends for good, in the store first, then where hosts keep it. */
export async function finishRotation(
  context: Context,
  lease: HeldLease,
  rotation: Rotation,
  watcher: RotationWatcher,
): Promise<EndedRotation & { readonly kind: "rotated" }> {
  const { id, name, scope, compromised } = rotation;
  const [before, ...others] = await inEnvironment(context, ({ values }) => versionsBefore(values, rotation));
  const choice = { name, scope, compromised, ...(before === undefined ? {} : { version: before.number }) };
  const also = others.map((other) => ({ name: other.name, version: other.number }));
  const retired = await retireUnder(context, lease, { ...choice, also, confirm: async () => true });
  const forgotten =
    retired.kind === "retired"
      ? retired.targets
      : await forgetEnded(context, lease, [choice, ...also.map((other) => ({ ...choice, ...other }))]);
  watcher.onEvent({
    kind: "rotation-ended",
    version: before?.number ?? 0,
    state: compromised ? "compromised" : "retired",
  });
  const { ended, revokes } = await inEnvironment(context, async (environment, tx) => {
    const { rotations } = environment;
    await rotations.append(id, {
      step: rotation.step,
      kind: "retired",
      subject: "",
      detail: [`v${before?.number ?? "?"}`, ...others.map((other) => `${other.name} v${other.number}`)].join(", "),
    });
    await rotations.end(id, "done");
    const revokes = await markRevoking(environment, id, "revoking-old");
    await record(context, tx, { action: "rotation.done", subject: name, detail: { rotation: id } });
    return { ended: await rotations.find(id), revokes };
  });
  const issuance = revokes ? await tryRevoking(context, id, watcher) : undefined;
  const unrevoked = issuance === undefined || issuance.state === "settled" ? {} : { unrevoked: issuance };
  return { kind: "rotated", rotation: ended ?? rotation, forgotten, ...unrevoked };
}

/** Of a pair both, that of its first name first. */
async function versionsBefore(values: EnvironmentStore["values"], rotation: Rotation): Promise<readonly Version[]> {
  const found = await Promise.all(rotatedNames(rotation).map(({ from }) => values.find(from)));
  return found.flatMap((version) => version ?? []);
}
