import type { BoundTarget } from "#binding";
import { rotatedNames, type Rotation } from "#store";
import { probeSecret, type ProbeResult } from "#verification";
import { inEnvironment, type Context } from "../context.ts";
import { survey, type Survey } from "../deploy/survey.ts";
import { overlapTrouble } from "./overlap.ts";
import type { RotationWatcher } from "./watcher.ts";
import { awaitQuiet } from "./await-quiet.ts";
import { promoteOutside } from "./promote.ts";
import { reachOf } from "./reach.ts";
import { servicesOf, type NewEntry } from "./rotation-record.ts";
import { shownTo, type Shown } from "./shown.ts";
import { seatsOf, type Seat } from "./seat.ts";

/** `refused`: what takes the new value by what is said of it does not. `unproved`: it can't be told, or not yet. */
export type Proof =
  | { readonly kind: "proved"; readonly entries: readonly NewEntry[] }
  | { readonly kind: "refused" | "unproved"; readonly reason: string; readonly entries: readonly NewEntry[] };

/**
 * That everyone has what the present step gives them: every process carries it, a call with each value that is taken
 * passes, and before anything is forgotten nobody presents the old value any more.
 */
export async function proveStep(context: Context, rotation: Rotation, watcher: RotationWatcher): Promise<Proof> {
  const part = await reachOf(context, rotation, servicesOf(rotation));
  const found = await survey(context, part, watcher.onEvent);
  const others = [...found.plan.changes, ...found.plan.absent].map(({ target }) => target);
  if (others.length > 0) {
    return unproved(`${others.join(", ")} ${others.length === 1 ? "does" : "do"} not run with it`, []);
  }
  const seen: NewEntry[] = [{ kind: "running", subject: "", detail: "every process was started with it" }];
  const called = await callAll(context, rotation, found, watcher);
  seen.push(...called.entries);
  if (called.trouble !== undefined) return { ...called.trouble, entries: [...seen, last(called.trouble)] };
  const forgets = rotation.steps[rotation.step]?.phase === "forget";
  if (forgets) {
    const early = overlapTrouble(found.platform.services, rotation, context.clock.now());
    if (early !== undefined) return unproved(early, [...seen, { kind: "overlap", subject: "", detail: early }]);
  }
  const unpromoted = await promoteOutside(context, rotation, watcher);
  if (unpromoted !== undefined) return unproved(unpromoted, seen);
  if (forgets) {
    const quiet = await awaitQuiet(context, rotation, found, watcher);
    seen.push(...quiet.entries);
    if (quiet.trouble !== undefined) return unproved(quiet.trouble, seen);
  }
  return { kind: "proved", entries: [...seen, { kind: "proved", subject: "", detail: `step ${rotation.step}` }] };
}

function unproved(reason: string, entries: readonly NewEntry[]): Proof {
  return { kind: "unproved", reason, entries: [...entries, last({ kind: "unproved", reason })] };
}

function last({ kind, reason }: { readonly kind: string; readonly reason: string }): NewEntry {
  return { kind, subject: "", detail: reason };
}

interface Called {
  readonly entries: readonly NewEntry[];
  readonly trouble?: { readonly kind: "refused" | "unproved"; readonly reason: string };
}

/** A real call to every instance that verifies the secret, with each of the two values; ends at the first that is not as wanted. */
async function callAll(
  context: Context,
  rotation: Rotation,
  { bound, platform }: Survey,
  watcher: RotationWatcher,
): Promise<Called> {
  const { name, from, to } = rotation;
  const ids = rotatedNames(rotation).flatMap((one) => [one.from, one.to]);
  const { opened } = await inEnvironment(context, ({ values }) => values.openAll(ids));
  const taken = new Map(bound.targets.map((target) => [target.desired.target, takenBy(target, name)]));
  const entries: NewEntry[] = [];
  for (const seat of seatsOf(context, platform, name)) {
    for (const [id, which] of [
      [to, "new"],
      [from, "old"],
    ] as const) {
      const shown = { value: opened.get(id), companion: opened.get(companionOf(rotation, which) ?? 0) };
      const wanted = taken.get(seat.target)?.has(id) === true;
      const answer = await call(context, seat, shown, watcher);
      if (answer === undefined) continue;
      const passed = answer.kind === (wanted ? "passed" : "refused");
      const detail = passed ? `${wanted ? "takes" : "refuses"} the ${which} value` : troubleOf(answer, which);
      const { target, instance } = seat;
      watcher.onEvent({ kind: "proof", target, instance, state: passed ? "passed" : "failed", detail });
      if (!passed) {
        const kind = answer.kind === "refused" ? "refused" : "unproved";
        const reason = watcher.signal?.aborted === true ? "stopped by the operator" : `${seat.name} ${detail}`;
        return { entries, trouble: { kind, reason } };
      }
      entries.push({ kind: "called", subject: seat.name, detail });
    }
  }
  return { entries };
}

function companionOf({ companion }: Rotation, which: "new" | "old"): number | undefined {
  return which === "new" ? companion?.to : companion?.from;
}

/** Undefined where the manifest names no call. */
async function call(
  { clock }: Context,
  { host, verifying }: Seat,
  shown: Shown,
  { signal }: RotationWatcher,
): Promise<ProbeResult | undefined> {
  const probe = verifying?.probe;
  const value = probe === undefined ? undefined : shownTo(probe, shown, clock.now());
  if (probe === undefined || value === undefined) return undefined;
  try {
    return await probeSecret({ host, probe, value, clock, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (signal?.aborted) return { kind: "unclear", detail: "stopped by the operator" };
    throw error;
  }
}

/** Versions that the target is given, in the variable or beside it. */
function takenBy({ variables }: BoundTarget, name: string): ReadonlySet<number> {
  const slots = variables.find((one) => one.name === name)?.variable.accepts ?? [];
  const own = variables.filter((one) => one.name === name || slots.includes(one.name));
  const within = variables.flatMap(({ holds = [] }) => holds);
  return new Set([...own.flatMap(({ version }) => version?.id ?? []), ...within]);
}

function troubleOf(answer: ProbeResult, which: "new" | "old"): string {
  switch (answer.kind) {
    case "passed":
      return `still takes the ${which} value`;
    case "refused":
      return `refuses the ${which} value (${answer.status})`;
    case "unclear":
      return `could not be asked: ${answer.detail}`;
  }
}
