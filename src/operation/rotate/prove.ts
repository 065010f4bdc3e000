import type { Rotation } from "#store";
import type { Context } from "../context.ts";
import { survey } from "../deploy/survey.ts";
import type { RotationWatcher } from "./advance.ts";
import type { NewEntry } from "./rotation-record.ts";

/** `refused`: what takes the new value by what is said of it does not. `unproved`: it can't be told, or not yet. */
export type Proof =
  | { readonly kind: "proved"; readonly entries: readonly NewEntry[] }
  | { readonly kind: "refused" | "unproved"; readonly reason: string; readonly entries: readonly NewEntry[] };

/** That everyone has what the present step gives them, by what runs and what answers. */
export async function proveStep(context: Context, { step, steps }: Rotation, watcher: RotationWatcher): Promise<Proof> {
  const part = [...new Set(steps.flatMap(({ services }) => services))];
  const found = await survey(context, part, watcher.onEvent);
  const others = [...found.plan.changes, ...found.plan.absent].map(({ target }) => target);
  if (others.length > 0) {
    const reason = `${others.join(", ")} ${others.length === 1 ? "does" : "do"} not run with it`;
    return { kind: "unproved", reason, entries: [{ kind: "unproved", subject: "", detail: reason }] };
  }
  return { kind: "proved", entries: [{ kind: "proved", subject: "", detail: `step ${step}: every process has it` }] };
}
