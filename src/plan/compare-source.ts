import type { DesiredTarget } from "./desired.ts";
import type { Difference } from "./difference.ts";
import type { InstanceState, Shadow, TargetState } from "./observed.ts";

/** The file alone tells nothing: after an apply that restarts nobody each process is older than it. */
export function olderProcesses({ file, instances }: TargetState): readonly Difference[] {
  if (file.kind === "missing" || file.rewritten !== true) return [];
  const { modifiedAt = 0 } = file;
  const older = instances.filter(
    ({ state, startedAt }) => state === "active" && (startedAt ?? modifiedAt) < modifiedAt,
  );
  return older.length === 0 ? [] : [{ kind: "process-older", units: older.map(({ unit }) => unit) }];
}

/** What the units' own files say; instances of a template that say the same are told together. */
export function compareSources(desired: DesiredTarget, { instances }: TargetState): readonly Difference[] {
  const told = instances.filter(({ instance, state }) => desired.instances.includes(instance) && state !== "missing");
  const found = told.flatMap(({ unit, ...instance }) => [
    ...(readsOther(desired, instance.reads) ? [{ unit, difference: otherFile(desired, instance) }] : []),
    ...shadowsOf(desired, instance).map(({ kind, ...more }) => {
      return { unit, difference: { kind: "variable-shadowed", units: [], place: kind, ...more } as const };
    }),
  ]);
  return [...Map.groupBy(found, ({ difference }) => JSON.stringify(difference)).values()].flatMap((same) => {
    const units = same.map(({ unit }) => unit);
    return same.slice(0, 1).map(({ difference }) => ({ ...difference, units }));
  });
}

/** That a file which is read in place of ours sets our variables goes without saying. */
function shadowsOf(desired: DesiredTarget, { reads, shadows = [] }: Omit<InstanceState, "unit">): readonly Shadow[] {
  return readsOther(desired, reads) ? shadows.filter(({ kind }) => kind !== "file") : shadows;
}

/** The unit gets none of our values, whatever our file has. */
export function readsOther({ runtime, file }: DesiredTarget, reads: InstanceState["reads"]): boolean {
  return runtime === "systemd" && file !== undefined && reads !== undefined && !reads.files.includes(file.path);
}

function otherFile({ file }: DesiredTarget, { reads }: Pick<InstanceState, "reads">) {
  const saidIn = reads?.saidIn;
  return {
    kind: "unit-reads-other" as const,
    units: [],
    found: reads?.files ?? [],
    expected: file?.path ?? "",
    ...(saidIn === undefined ? {} : { saidIn }),
  };
}
