import { compareSources, olderProcesses, readsOther } from "./compare-source.ts";
import type { DesiredTarget } from "./desired.ts";
import type { Difference } from "./difference.ts";
import type { ObservedTarget, TargetState } from "./observed.ts";

/** Every difference between what should be and what was found, in the order store → file → process. */
export function compareTarget(desired: DesiredTarget, observed: ObservedTarget): readonly Difference[] {
  if (observed.kind === "excluded") return [{ kind: "excluded" }];
  if (observed.kind === "unreachable") {
    const { kind, code, message, hint } = observed;
    return [{ kind, code, message, ...(hint === undefined ? {} : { hint }) }];
  }
  const { state } = observed;
  return [
    ...compareRelease(desired, state),
    ...compareFile(desired, state),
    ...desired.instances.flatMap((instance) => compareInstance(desired, instance, state)),
    ...olderProcesses(state),
    ...compareSources(desired, state),
    ...(state.leftover === true ? [{ kind: "leftover" } as const] : []),
  ];
}

function compareRelease(desired: DesiredTarget, { record }: TargetState): readonly Difference[] {
  if (record === undefined) return [{ kind: "no-release" }];
  return record.digest === desired.digest ? [] : [{ kind: "other-release", found: record.release }];
}

const privateMode = "600";

function compareFile(desired: DesiredTarget, { file, record }: TargetState): readonly Difference[] {
  if (file.kind === "missing") return [{ kind: "file-missing" }];
  const differences: Difference[] = [];
  if (file.content === "edited") differences.push({ kind: "file-edited" });
  const foreign = foreignNames(desired, file.foreign, record);
  if (foreign.length > 0) differences.push({ kind: "file-foreign", names: foreign });
  if (file.content === "previous") differences.push({ kind: "file-old" });
  // a local process's file belongs to whoever started it, and is for that user alone
  if (desired.runtime === "process" && file.mode !== privateMode) {
    differences.push({ kind: "file-mode", found: file.mode, expected: privateMode });
  }
  if (desired.file === undefined) return differences;
  const expected = `${desired.file.owner}:${desired.file.group}`;
  const found = `${file.owner}:${file.group}`;
  if (found !== expected) differences.push({ kind: "file-owner", found, expected });
  if (file.mode !== desired.file.mode) {
    differences.push({ kind: "file-mode", found: file.mode, expected: desired.file.mode });
  }
  return differences;
}

/** The machine's record names only what a process shows; what the rest is called only the same release tells. */
function foreignNames(
  { variables, digest }: DesiredTarget,
  found: readonly string[] = [],
  record: TargetState["record"],
): readonly string[] {
  if (record?.digest !== digest) return [];
  return found.filter((name) => name !== releaseName && !variables.some((variable) => variable.name === name));
}

/** is in each file, and no variable of a service */
const releaseName = "KEYTURN_RELEASE";

function compareInstance(desired: DesiredTarget, instance: string, state: TargetState): readonly Difference[] {
  const found = state.instances.find((candidate) => candidate.instance === instance);
  if (found === undefined || found.state === "missing") {
    return [{ kind: "instance-missing", instance, unit: found?.unit ?? instance }];
  }
  const { unit } = found;
  if (found.state !== "active") return [{ kind: "instance-down", instance, unit, state: found.state }];
  // without a record nothing can be compared; `no-release` says so already
  if (state.record === undefined) return [];
  // a restart would not mend what its unit does: that is a difference of its own
  if (readsOther(desired, found.reads)) return [];
  switch (found.carries.kind) {
    case "recorded":
      return [];
    case "previous":
      return [{ kind: "process-stale", instance, unit }];
    case "different": {
      const taken = new Set((found.shadows ?? []).flatMap(({ wins, names }) => (wins === "theirs" ? names : [])));
      const names = found.carries.names.filter((name) => !taken.has(name));
      return names.length === 0 && taken.size > 0 ? [] : [{ kind: "process-different", instance, unit, names }];
    }
    case "unknown":
      return [{ kind: "process-unknown", instance, unit }];
  }
}
