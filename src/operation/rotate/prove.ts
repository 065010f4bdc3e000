import type { BoundTarget } from "#binding";
import { instancesOf } from "#contract";
import type { Rotation } from "#store";
import { probeSecret, verifyingOf, type ProbeResult } from "#verification";
import { inEnvironment, type Context } from "../context.ts";
import { survey, type Survey } from "../deploy/survey.ts";
import type { RotationWatcher } from "./advance.ts";
import { dialerFor } from "./dialer.ts";
import { awaitQuiet } from "./await-quiet.ts";
import type { NewEntry } from "./rotation-record.ts";

/** `refused`: what takes the new value by what is said of it does not. `unproved`: it can't be told, or not yet. */
export type Proof =
  | { readonly kind: "proved"; readonly entries: readonly NewEntry[] }
  | { readonly kind: "refused" | "unproved"; readonly reason: string; readonly entries: readonly NewEntry[] };

/**
 * That everyone has what the present step gives them: every process carries it, a call with each value that is taken
 * passes, and before anything is forgotten nobody presents the old value any more.
 */
export async function proveStep(context: Context, rotation: Rotation, watcher: RotationWatcher): Promise<Proof> {
  const part = [...new Set(rotation.steps.flatMap(({ services }) => services))];
  const found = await survey(context, part, watcher.onEvent);
  const others = [...found.plan.changes, ...found.plan.absent].map(({ target }) => target);
  if (others.length > 0) {
    return unproved(`${others.join(", ")} ${others.length === 1 ? "does" : "do"} not run with it`, []);
  }
  const seen: NewEntry[] = [{ kind: "running", subject: "", detail: "every process was started with it" }];
  const called = await call(context, rotation, found, watcher);
  seen.push(...called.entries);
  if (called.trouble !== undefined) return { ...called.trouble, entries: [...seen, last(called.trouble)] };
  if (rotation.steps[rotation.step]?.phase === "forget") {
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

/** A real call to every instance that verifies the secret, with each of the two values. */
async function call(
  context: Context,
  { name, from, to }: Rotation,
  { bound, platform }: Survey,
  watcher: RotationWatcher,
): Promise<Called> {
  const { opened } = await inEnvironment(context, ({ values }) => values.openAll([from, to]));
  const entries: NewEntry[] = [];
  for (const target of bound.targets) {
    const { service, desired } = target;
    const entry = platform.hosts.find((one) => one.name === desired.host);
    if (entry === undefined) continue;
    const taken = takenBy(target, name);
    const host = dialerFor(context, entry, service);
    for (const instance of instancesOf(service.runtime)) {
      const probe = verifyingOf(service, { secret: name, host: desired.host, instance })?.probe;
      if (probe === undefined) continue;
      for (const [id, which] of [
        [to, "new"],
        [from, "old"],
      ] as const) {
        const value = opened.get(id);
        if (value === undefined) continue;
        const wanted = taken.has(id);
        const { signal } = watcher;
        const asked = { host, probe, value, clock: context.clock };
        const answer = await probeSecret(signal === undefined ? asked : { ...asked, signal }).catch(
          (error: unknown): ProbeResult => {
            if (signal?.aborted) return { kind: "unclear", detail: "stopped by the operator" };
            throw error;
          },
        );
        const passed = answer.kind === (wanted ? "passed" : "refused");
        const detail = `${wanted ? "takes" : "refuses"} the ${which} value`;
        const told = { target: desired.target, instance, state: passed ? "passed" : "failed" } as const;
        watcher.onEvent({ kind: "proof", ...told, detail: passed ? detail : troubleOf(answer, which) });
        entries.push({ kind: "called", subject: `${desired.target} ${instance}`.trim(), detail });
        if (passed) continue;
        const reason = `${desired.target} ${instance} ${troubleOf(answer, which)}`.replaceAll("  ", " ");
        const kind = answer.kind === "refused" ? "refused" : "unproved";
        return { entries: entries.slice(0, -1), trouble: { kind, reason } };
      }
    }
  }
  return { entries };
}

/** Versions that the target is given, in the variable or beside it. */
function takenBy({ variables }: BoundTarget, name: string): ReadonlySet<number> {
  const slots = variables.find((one) => one.name === name)?.variable.accepts ?? [];
  const own = variables.filter((one) => one.name === name || slots.includes(one.name));
  return new Set(own.flatMap(({ version }) => version?.id ?? []));
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
