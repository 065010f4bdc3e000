import { AppError } from "#kernel";
import { rotatedNames, type EnvironmentStore, type Issuance, type Rotation, type Version } from "#store";
import { record } from "../change.ts";
import { inEnvironment, type Context } from "../context.ts";
import { controllerOf } from "../deploy/carry-out.ts";
import { forgetReleases } from "../deploy/forget-releases.ts";
import type { HeldLease } from "../deploy/lease.ts";
import { findUse } from "../deploy/retired-use.ts";
import { survey } from "../deploy/survey.ts";
import { ownerOf } from "../owner.ts";
import { applyStep, outcomeText } from "./apply-step.ts";
import type { RotateEnd } from "./rotate-end.ts";
import type { RotationWatcher } from "./watcher.ts";
import { giveBackOutside } from "./one-value.ts";
import { hasPromoted } from "./promote.ts";
import { markRevoking, tryRevoking } from "./revoke.ts";
import { isHalfBack, note } from "./rotation-record.ts";

interface Way {
  readonly watcher: RotationWatcher;
  readonly reason: string;
  /** number of the step that everyone is to have; 0 ends the rotation */
  readonly to: number;
}

/** Step by step, in the reverse order; a step back is as safe as one forward. */
export async function goBack(context: Context, lease: HeldLease, rotation: Rotation, way: Way): Promise<RotateEnd> {
  const { id, steps } = rotation;
  const { watcher, reason, to } = way;
  if (await losesPromoted(context, rotation, to)) return { kind: "held", rotation, reason };
  const trouble = to === 0 ? await giveBackOutside(context, rotation, watcher) : undefined;
  if (trouble !== undefined) return { kind: "held", rotation, reason: trouble };
  const first = rotation.step + ((await isHalfBack(context, rotation)) ? 1 : 0);
  for (let step = first; step > to; step -= 1) {
    const { phase = "forget", services = [] } = steps[step - 1] ?? {};
    watcher.onEvent({ kind: "rotation-back", number: step, of: steps.length, phase, services, reason });
    await inEnvironment(context, async ({ rotations }) => {
      await rotations.move(id, step - 1);
      await rotations.append(id, { step: step - 1, kind: "back", subject: "", detail: reason });
    });
    const applied = await applyStep(context, lease, { rotation, number: step }, watcher);
    const now = { ...rotation, step: step - 1 };
    if ("outcome" in applied && applied.outcome.kind !== "done") {
      const { outcome } = applied;
      return { kind: "held", rotation: now, reason: outcomeText(outcome), outcome };
    }
    await note(context, now, [{ kind: "proved", subject: "", detail: "has it again" }]);
  }
  if (to > 0) return { kind: "held", rotation: { ...rotation, step: to }, reason };
  return { kind: "returned", ...(await abandon(context, lease, rotation, watcher)), reason };
}

/** Behind a promotion the old value is good for nothing: what forgot it may take it again, and nobody presents it. */
async function losesPromoted(context: Context, { id, steps }: Rotation, to: number): Promise<boolean> {
  if (to >= steps.length - 1) return false;
  return hasPromoted(await inEnvironment(context, ({ issuances }) => issuances.find(id)));
}

/** The new value ends, so that the one before is the present one again. */
async function abandon(
  context: Context,
  lease: HeldLease,
  rotation: Rotation,
  watcher: RotationWatcher,
): Promise<{ readonly rotation: Rotation; readonly unrevoked?: Issuance }> {
  const { id, name } = rotation;
  const found = await survey(context);
  const owner = await ownerOf(context, found.platform);
  const { ended, kept, controller, revokes } = await inEnvironment(context, async (environment, tx) => {
    const { rotations, values } = environment;
    const versions = await newVersions(values, rotation);
    const use = await findUse(environment, found, versions);
    for (const { id: one, state } of versions) if (state === "live") await values.setState(one, "retired");
    await rotations.end(id, "returned");
    const revokes = await markRevoking(environment, id, "revoking-new");
    const [version, ...others] = versions.map(({ number }) => number);
    const [companionVersion] = others;
    const { companion } = rotation;
    const detail = {
      rotation: id,
      version: version ?? 0,
      ...(companion === undefined ? {} : { companion: companion.name, companionVersion: companionVersion ?? 0 }),
    };
    await record(context, tx, { action: "rotation.return", subject: name, detail });
    const controller = await controllerOf({ environment, tx }, owner, lease);
    return { ended: await rotations.find(id), kept: use.kept, controller, revokes };
  });
  await forgetReleases(context, found, { targets: kept, controller });
  if (ended === undefined) throw new AppError("INTERNAL", `the rotation ${id} is gone`);
  const issuance = revokes ? await tryRevoking(context, id, watcher) : undefined;
  return {
    rotation: ended,
    ...(issuance === undefined || issuance.state === "settled" ? {} : { unrevoked: issuance }),
  };
}

/** Of a pair both, that of its first name first. */
async function newVersions(values: EnvironmentStore["values"], rotation: Rotation): Promise<readonly Version[]> {
  const found: Version[] = [];
  for (const { name, to } of rotatedNames(rotation)) {
    const version = await values.find(to);
    if (version === undefined) throw new AppError("INTERNAL", `the new version of ${name} is gone`);
    found.push(version);
  }
  return found;
}
