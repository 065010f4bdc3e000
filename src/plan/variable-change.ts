import type { Fingerprint } from "#kernel";
import type { BoundTarget, DesiredTarget, DesiredVariable } from "./desired.ts";
import type { Difference } from "./difference.ts";

/** Before and after are told by version and fingerprint. */
export interface VariableChange {
  readonly kind: "added" | "changed" | "removed";
  readonly name: string;
  readonly sensitive: boolean;
  readonly from?: VariableState;
  readonly to?: VariableState;
}

export interface VariableState {
  readonly fingerprint: Fingerprint;
  readonly version?: number;
}

type Compare = (
  desired: DesiredTarget,
  reasons: readonly Difference[],
  bound: BoundTarget | undefined,
) => readonly VariableChange[];

/**
 * Which variables differ from the release that the machine has; all of them when nobody knows what it has. Hosts of one
 * service share their list of variables, and then share the list of changes of a first release as well.
 */
export function variableComparison(): Compare {
  const first = new Map<DesiredTarget["variables"], readonly VariableChange[]>();
  return (desired, reasons, bound) => {
    const content = reasons.some((reason) => reason.kind === "no-release" || reason.kind === "other-release");
    if (!content) return [];
    if (bound !== undefined) return changedSince(desired, bound);
    const known =
      first.get(desired.variables) ?? desired.variables.flatMap((variable) => changeOf(variable, undefined));
    first.set(desired.variables, known);
    return known;
  };
}

function changedSince(desired: DesiredTarget, bound: BoundTarget): readonly VariableChange[] {
  const before = new Map(bound.variables.map((variable) => [variable.name, variable]));
  const after = new Set(desired.variables.map((variable) => variable.name));
  const removed = [...before.values()].filter((variable) => !after.has(variable.name));
  return [
    ...desired.variables.flatMap((variable) => changeOf(variable, before.get(variable.name))),
    ...removed.map((variable) => ({
      kind: "removed" as const,
      name: variable.name,
      sensitive: variable.sensitive,
      from: stateOf(variable),
    })),
  ];
}

type Bound = BoundTarget["variables"][number];

function changeOf(variable: DesiredVariable, before: Bound | undefined): readonly VariableChange[] {
  const { name, sensitive } = variable;
  if (before === undefined) return [{ kind: "added", name, sensitive, to: stateOf(variable) }];
  if (before.fingerprint === variable.fingerprint) return [];
  return [{ kind: "changed", name, sensitive, from: stateOf(before), to: stateOf(variable) }];
}

function stateOf({ fingerprint, version }: Bound): VariableState {
  return { fingerprint, ...(version === undefined ? {} : { version }) };
}
