import type { BoundTarget } from "#binding";
import type { HttpPlace, Service } from "#contract";
import type { Rotation } from "#store";
import { quietFor, readSecretReport, type Dialer, type Reading, type SecretReport } from "#verification";
import type { Context } from "../context.ts";
import type { Survey } from "../deploy/survey.ts";
import type { RotationWatcher } from "./watcher.ts";
import type { NewEntry } from "./rotation-record.ts";
import { seatsOf } from "./seat.ts";

/** Between two looks at everyone, milliseconds. */
const pause = 500;

interface Quietness {
  readonly entries: readonly NewEntry[];
  /** who still presents it, or can't be asked */
  readonly trouble?: string;
}

/** How long the verifiers are asked to have seen nothing of the old value, milliseconds. */
export function quietTime(services: readonly Service[], name: string): number {
  return Math.max(0, ...services.map(({ verifying }) => verifying.get(name)?.quiet ?? 0));
}

/** One instance that verifies the secret and tells of it. */
interface Listener {
  readonly name: string;
  readonly host: Dialer;
  readonly report: HttpPlace;
  /** the count in which the old value is found there */
  readonly slot: "current" | "previous" | "next";
}

/**
 * Until no verifier was shown the old value for as long as the manifest asks, by the verifiers' own counts: also callers
 * that the manifest does not name are seen there.
 */
export async function awaitQuiet(
  context: Context,
  rotation: Rotation,
  found: Survey,
  watcher: RotationWatcher,
): Promise<Quietness> {
  const listeners = listenersOf(context, rotation, found);
  const quiet = quietTime(found.platform.services, rotation.name);
  if (listeners.length === 0) return { entries: [] };
  watcher.onEvent({ kind: "quiet", ms: quiet, seen: [] });
  const end = context.clock.monotonic() + watcher.patience;
  const readings: Reading[] = [];
  for (let told = ""; ;) {
    const looked = await Promise.all(listeners.map((listener) => look(context, rotation.name, listener)));
    readings.push(...looked.flatMap(({ reading }) => reading ?? []));
    const since = quietFor(readings);
    const loud = looked.filter(({ listener }) => {
      const own = since.get(listener.name);
      return own === undefined || own.until - own.since < quiet;
    });
    if (loud.length === 0) {
      const detail = `not shown the old value for ${Math.round(quiet / 1000)} s`;
      return { entries: listeners.map(({ name }) => ({ kind: "quiet", subject: name, detail })) };
    }
    const seen = loud.filter(({ listener }) => hasGrown(readings, listener.name)).map(textOf);
    if (seen.length > 0 && seen.join() !== told) watcher.onEvent({ kind: "quiet", ms: quiet, seen });
    told = seen.join();
    if (watcher.signal?.aborted) return { entries: [], trouble: "stopped by the operator" };
    if (context.clock.monotonic() >= end) {
      const trouble = `the old value is still presented: ${loud.map(textOf).join(", ")}`;
      return {
        entries: loud.map((one) => ({ kind: "seen", subject: one.listener.name, detail: textOf(one) })),
        trouble,
      };
    }
    await context.clock.sleep(pause, watcher.signal).catch(() => undefined);
  }
}

interface Looked {
  readonly listener: Listener;
  readonly reading?: Reading;
  readonly report?: SecretReport;
  /** why there is none */
  readonly detail?: string;
}

async function look({ clock }: Context, secret: string, listener: Listener): Promise<Looked> {
  const { name, host, report: place, slot } = listener;
  const asked = clock.monotonic();
  const told = await readSecretReport({ host, report: place, secret });
  if (told.kind === "unread") return { listener, detail: told.detail };
  const { report } = told;
  const reading = {
    instance: name,
    asked,
    answered: clock.monotonic(),
    count: report[slot].count,
    since: report.since,
  };
  return { listener, report, reading };
}

function textOf({ listener: { name, slot }, report, detail }: Looked): string {
  if (report === undefined) return `${name} can't be asked (${detail ?? ""})`;
  const { from, count } = report[slot];
  return `${from === undefined ? "someone" : from} at ${name} (${count} times)`;
}

function hasGrown(readings: readonly Reading[], name: string): boolean {
  const own = readings.filter(({ instance }) => instance === name);
  const first = own.findLast(({ since }) => since !== own.at(-1)?.since) ?? own[0];
  return first !== undefined && first.count < (own.at(-1)?.count ?? 0);
}

function listenersOf(context: Context, { name, from }: Rotation, { bound, platform }: Survey): readonly Listener[] {
  const slots = new Map(bound.targets.map((target) => [target.desired.target, slotOf(target, name, from)]));
  return seatsOf(context, platform, name).flatMap(({ name: seat, target, host, verifying }): readonly Listener[] => {
    const slot = slots.get(target);
    const report = verifying?.report;
    return slot === undefined || report === undefined ? [] : [{ name: seat, host, report, slot }];
  });
}

/** Where the old value stands at a target; absent where it isn't taken any more. */
function slotOf({ variables }: BoundTarget, name: string, from: number): Listener["slot"] | undefined {
  const own = variables.find((one) => one.name === name);
  const beside = variables.find((one) => own?.variable.accepts.includes(one.name) === true && one.version?.id === from);
  const map = variables.find(({ holds }) => holds?.includes(from) === true);
  if (own === undefined && map !== undefined) return placeIn(map.holds ?? [], from);
  if (beside !== undefined) return beside.name === `${name}_NEXT` ? "next" : "previous";
  return own?.version?.id === from ? "current" : undefined;
}

/** A map has keys before secrets, each in one order: the pair that it had first stands first. */
function placeIn(holds: readonly number[], from: number): Listener["slot"] {
  const at = holds.indexOf(from) % Math.max(1, holds.length / 2);
  return at === 0 ? "current" : "previous";
}
