import type { Finding } from "#kernel";
import { compareTarget } from "./compare-target.ts";
import { mends, type Difference } from "./difference.ts";
import type { BarredValue, BoundTarget, DesiredTarget } from "./desired.ts";
import { estimateDowntime, type Downtime } from "./downtime.ts";
import type { ObservedTarget } from "./observed.ts";
import type { Step } from "./step.ts";
import { variableComparison, type VariableChange } from "./variable-change.ts";

/** What would be done, and why. Fingerprints only; serialises to JSON as it is. */
export interface Plan {
  readonly environment: string;
  readonly changes: readonly TargetPlan[];
  /** targets that are as they should be */
  readonly unchanged: readonly string[];
  /** targets that can't be looked at now */
  readonly absent: readonly AbsentTarget[];
  /** what an apply leaves as it is and a person has to mend; the target may be among the changes as well */
  readonly left: readonly LeftTarget[];
  readonly findings: readonly Finding[];
}

export interface TargetPlan {
  readonly target: string;
  readonly service: string;
  readonly host: string;
  readonly order: number;
  readonly alone?: DesiredTarget["alone"];
  readonly reasons: readonly Difference[];
  readonly variables: readonly VariableChange[];
  readonly steps: readonly Step[];
  readonly downtime: Downtime;
  /** what runs there holds retired values: should this fail, it does not come back */
  readonly noReturn?: RetiredRelease;
}

interface RetiredRelease {
  readonly release: string;
  readonly names: readonly string[];
}

export interface LeftTarget {
  readonly target: string;
  readonly host: string;
  readonly differences: readonly Difference[];
}

export interface AbsentTarget {
  readonly target: string;
  readonly host: string;
  readonly kind: "unreachable" | "excluded";
  readonly message: string;
  /** why it can't be looked at, as in the table of failures, and what to do about it */
  readonly code?: string;
  readonly hint?: string;
}

export interface PlanInput {
  readonly environment: string;
  readonly desired: readonly DesiredTarget[];
  readonly observed: readonly ObservedTarget[];
  /** by target, the content that the machine's release had when it was made */
  readonly bound: ReadonlyMap<string, BoundTarget>;
  /** secrets that must be the same at several services: name → services */
  readonly shared: ReadonlyMap<string, readonly string[]>;
  /** none by default */
  readonly barred?: readonly BarredValue[];
  /** targets that start anew although nothing is wrong with them */
  readonly renewed?: ReadonlySet<string>;
}

/** Desired × observed → steps with reasons. Additive: it never takes away a file or a unit that it was not told of. */
export function makePlan(input: PlanInput): Plan {
  const observed = new Map(input.observed.map((target) => [target.target, target]));
  const changedVariables = variableComparison();
  const changes: TargetPlan[] = [];
  const unchanged: string[] = [];
  const absent: AbsentTarget[] = [];
  const left: LeftTarget[] = [];
  const barred = Map.groupBy(input.barred ?? [], ({ target }) => target);
  for (const desired of input.desired.toSorted(inOrder)) {
    const found = observed.get(desired.target) ?? missingObservation(desired.target);
    const retired = retiredReleases(desired, found, barred.get(desired.target) ?? []);
    const differences = [
      ...compareTarget(desired, found),
      ...unproved(desired, found, input.bound),
      ...(retired.previous === undefined ? [] : [previousRetired(retired.previous)]),
      ...(input.renewed?.has(desired.target) && found.kind === "observed" ? [asked] : []),
    ];
    const away = differences.find((difference) => difference.kind === "unreachable" || difference.kind === "excluded");
    const { apply = [], person = [] } = Object.groupBy(differences, ({ kind }) => mends[kind]);
    if (away !== undefined) absent.push(absentTarget(desired, away));
    else if (differences.length === 0) unchanged.push(desired.target);
    if (apply.length > 0) {
      const bound = input.bound.get(desired.target);
      const variables = changedVariables(desired, apply, bound);
      changes.push(planTarget({ desired, reasons: apply, variables, bound, retired }));
    }
    if (person.length > 0) left.push({ target: desired.target, host: desired.host, differences: person });
  }
  return {
    environment: input.environment,
    changes,
    unchanged,
    absent,
    left,
    findings: cutOvers(changes, input.shared),
  };
}

const asked: Difference = { kind: "asked" };

/** Nothing is done that did not pass its gate: what carries the right values may still not work. */
function unproved(
  { target, digest }: DesiredTarget,
  found: ObservedTarget,
  bound: PlanInput["bound"],
): readonly Difference[] {
  const record = found.kind === "observed" ? found.state.record : undefined;
  if (record?.digest !== digest || bound.get(target)?.proved !== false) return [];
  return [{ kind: "release-unproved", found: record.release }];
}

interface Retired {
  /** what runs there */
  readonly present?: RetiredRelease;
  /** what is kept from before */
  readonly previous?: RetiredRelease;
}

/** A bundle is public by definition, and is left out. */
function retiredReleases({ runtime }: DesiredTarget, found: ObservedTarget, barred: readonly BarredValue[]): Retired {
  if (found.kind !== "observed" || runtime === "vite") return {};
  const present = retiredIn(barred, found.state.record?.release);
  const previous = retiredIn(barred, found.state.previous?.release);
  return { ...(present === undefined ? {} : { present }), ...(previous === undefined ? {} : { previous }) };
}

function retiredIn(barred: readonly BarredValue[], release = ""): RetiredRelease | undefined {
  const names = barred.filter(({ label }) => label === release).map(({ name }) => name);
  return names.length === 0 ? undefined : { release, names };
}

function previousRetired({ release, names }: RetiredRelease): Difference {
  return { kind: "previous-retired", found: release, names };
}

function inOrder(a: DesiredTarget, b: DesiredTarget): number {
  return a.order - b.order;
}

function missingObservation(target: string): ObservedTarget {
  return { kind: "unreachable", target, code: "NOT_FOUND", message: "was not looked at" };
}

function absentTarget({ target, host }: DesiredTarget, away: Difference): AbsentTarget {
  if (away.kind !== "unreachable") {
    return { target, host, kind: "excluded", message: "excluded in the manifest, catches up later" };
  }
  const { kind, message, code, hint } = away;
  return { target, host, kind, message, code, ...(hint === undefined ? {} : { hint }) };
}

function planTarget(deviation: Deviation): TargetPlan {
  const { desired, reasons, variables } = deviation;
  const steps = stepsFor(deviation);
  const noReturn = steps.some(({ kind }) => kind === "file") ? wayBack(deviation) : undefined;
  return {
    target: desired.target,
    service: desired.service,
    host: desired.host,
    order: desired.order,
    ...(desired.alone === undefined ? {} : { alone: desired.alone }),
    reasons,
    variables,
    steps,
    downtime: estimateDowntime(desired, steps),
    ...(noReturn === undefined ? {} : { noReturn }),
  };
}

/**
 * Which differences need the file written anew; the others are mended by a restart alone. A process that is older than
 * what another hand wrote has its values, which was compared: the file is ours again when it is written once more.
 */
const fileDifferences: ReadonlySet<Difference["kind"]> = new Set([
  "no-release",
  "other-release",
  "file-missing",
  "file-edited",
  "process-older",
  "file-old",
  "file-owner",
  "file-mode",
]);

/** Other values than the machine was given; everything else about a file leaves its processes alone. */
const contentDifferences: ReadonlySet<Difference["kind"]> = new Set(["no-release", "other-release"]);

interface Deviation {
  readonly desired: DesiredTarget;
  readonly reasons: readonly Difference[];
  readonly variables: readonly VariableChange[];
  /** absent: nobody knows what its processes were started with */
  readonly bound: BoundTarget | undefined;
  readonly retired: Retired;
}

function stepsFor(deviation: Deviation): readonly Step[] {
  const { desired, reasons } = deviation;
  const swept = reasons.some(({ kind }) => kind === "leftover");
  const sweep: readonly Step[] = swept ? [{ kind: "sweep" }] : [];
  if (desired.runtime === "vite") {
    return reasons.every(({ kind }) => kind === "leftover") ? sweep : [...sweep, { kind: "publish" }];
  }
  // a container starts anew as a new one
  const made = desired.runtime === "docker" && reasons.some(({ kind }) => kind === "asked");
  const writes = made || reasons.some((reason) => fileDifferences.has(reason.kind));
  const unproved = deviation.bound?.proved === false ? ({ unproved: true } as const) : {};
  const file: readonly Step[] = writes ? [{ kind: "file", ...unproved }] : [];
  return [
    ...sweep,
    ...file,
    ...forgetFor(deviation, writes),
    ...desired.instances.flatMap((instance) => restartFor(deviation, instance)),
  ];
}

/** What a swap keeps for the way back stays until it was proved, unless it must not come back at all. */
function forgetFor(deviation: Deviation, writes: boolean): readonly Step[] {
  const keeps = writes && deviation.reasons.some(({ kind }) => contentDifferences.has(kind));
  const { present, previous } = deviation.retired;
  const gone = keeps ? wayBack(deviation) : (previous ?? (writes ? present : undefined));
  return gone === undefined ? [] : [{ kind: "forget" }];
}

/** The release that a swap would leave for a way back, if its values are retired. */
function wayBack({ bound, retired: { present, previous } }: Deviation): RetiredRelease | undefined {
  return bound?.proved === false ? (previous ?? present) : present;
}

function restartFor({ desired, reasons, variables, bound }: Deviation, instance: string): readonly Step[] {
  const own = reasons.some((reason) => "instance" in reason && reason.instance === instance);
  if (own || reasons.some(({ kind }) => kind === "release-unproved" || kind === "asked")) {
    return [restartStep(desired, reasons, instance)];
  }
  if (!reasons.some((reason) => contentDifferences.has(reason.kind))) return [];
  const needs = bound === undefined ? "restart" : neededRestart(desired, variables);
  if (needs === "none") return [];
  return [needs === "reload" ? { kind: "restart", instance, action: needs } : restartStep(desired, reasons, instance)];
}

/** What does not run has nothing to drain. */
function restartStep({ drainLimit }: DesiredTarget, reasons: readonly Difference[], instance: string): Step {
  const down = reasons.some(
    (reason) => (reason.kind === "instance-down" || reason.kind === "instance-missing") && reason.instance === instance,
  );
  const drain = drainLimit === undefined || down ? {} : { drain: drainLimit };
  return { kind: "restart", instance, action: "restart", ...drain };
}

/** The strongest that any changed variable asks for; a change that nobody can name needs a restart. */
function neededRestart(desired: DesiredTarget, variables: readonly VariableChange[]): "none" | "reload" | "restart" {
  if (variables.length === 0) return "restart";
  const owner = (name: string) =>
    desired.variables.find((one) => one.name === name) ??
    desired.variables.find(({ beside }) => beside?.includes(name));
  const asked = variables.map(({ name }) => owner(name)?.restart ?? "restart");
  if (asked.includes("restart")) return "restart";
  return asked.includes("reload") ? "reload" : "none";
}

/** A shared secret that a plain apply changes at more than one service is a cut-over: said, with the way around it. */
function cutOvers(changes: readonly TargetPlan[], shared: ReadonlyMap<string, readonly string[]>): readonly Finding[] {
  return [...shared].flatMap(([name, services]) => {
    const touched = new Set(
      changes
        .filter((change) => change.variables.some((v) => v.name === name && v.kind === "changed"))
        .map((c) => c.service),
    );
    if (touched.size === 0 || services.length < 2) return [];
    return [
      {
        severity: "warning" as const,
        code: "cut-over",
        message: `${name} is shared by ${services.join(", ")}: calls between them fail from the first restart to the last`,
        hint: `\`keyturn rotate ${name}\` changes it without that`,
      },
    ];
  });
}
