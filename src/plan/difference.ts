import type { DesiredTarget } from "./desired.ts";
import type { InstanceState, ObservedTarget, TargetState } from "./observed.ts";

/** One way in which a target is not as it should be. `plan` turns them into steps, `drift` into findings. */
export type Difference =
  /** the machine was never given a release, or its record is gone */
  | { readonly kind: "no-release" }
  /** the machine's release has other content than the one wanted */
  | { readonly kind: "other-release"; readonly found: string }
  /** has the content wanted, but the rollout that brought it failed there or was cut short */
  | { readonly kind: "release-unproved"; readonly found: string }
  | { readonly kind: "file-missing" }
  | { readonly kind: "file-edited" }
  | { readonly kind: "file-old" }
  | { readonly kind: "file-owner"; readonly found: string; readonly expected: string }
  | { readonly kind: "file-mode"; readonly found: string; readonly expected: string }
  | { readonly kind: "instance-missing"; readonly instance: string; readonly unit: string }
  | {
      readonly kind: "instance-down";
      readonly instance: string;
      readonly unit: string;
      readonly state: InstanceState["state"];
    }
  /** runs, but with the environment of an earlier release */
  | { readonly kind: "process-stale"; readonly instance: string; readonly unit: string }
  /** runs with values that no release gave it */
  | {
      readonly kind: "process-different";
      readonly instance: string;
      readonly unit: string;
      readonly names: readonly string[];
    }
  | { readonly kind: "process-unknown"; readonly instance: string; readonly unit: string }
  /** a run that was killed left a staged or half-written file there, which holds values */
  | { readonly kind: "leftover" }
  /** the release before, which it keeps for a way back, holds values that were retired since */
  | { readonly kind: "previous-retired"; readonly found: string; readonly names: readonly string[] }
  | { readonly kind: "unreachable"; readonly code: string; readonly message: string; readonly hint?: string }
  | { readonly kind: "excluded" };

export type DifferenceKind = Difference["kind"];

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
    ...desired.instances.flatMap((instance) => compareInstance(instance, state)),
    ...(state.leftover === true ? [{ kind: "leftover" } as const] : []),
  ];
}

function compareRelease(desired: DesiredTarget, { record }: TargetState): readonly Difference[] {
  if (record === undefined) return [{ kind: "no-release" }];
  return record.digest === desired.digest ? [] : [{ kind: "other-release", found: record.release }];
}

const privateMode = "600";

function compareFile(desired: DesiredTarget, { file }: TargetState): readonly Difference[] {
  if (file.kind === "missing") return [{ kind: "file-missing" }];
  const differences: Difference[] = [];
  if (file.content === "edited") differences.push({ kind: "file-edited" });
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

function compareInstance(instance: string, state: TargetState): readonly Difference[] {
  const found = state.instances.find((candidate) => candidate.instance === instance);
  if (found === undefined || found.state === "missing") {
    return [{ kind: "instance-missing", instance, unit: found?.unit ?? instance }];
  }
  const { unit } = found;
  if (found.state !== "active") return [{ kind: "instance-down", instance, unit, state: found.state }];
  // without a record nothing can be compared; `no-release` says so already
  if (state.record === undefined) return [];
  switch (found.carries.kind) {
    case "recorded":
      return [];
    case "previous":
      return [{ kind: "process-stale", instance, unit }];
    case "different":
      return [{ kind: "process-different", instance, unit, names: found.carries.names }];
    case "unknown":
      return [{ kind: "process-unknown", instance, unit }];
  }
}
