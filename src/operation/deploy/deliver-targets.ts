import { randomBytes } from "node:crypto";
import type { BoundTarget, BoundVariable } from "#binding";
import { addressOf, buildBundle, renderFile, type Bundle, type Delivery, type DeliveryContent } from "#delivery";
import { makeRecord } from "#host";
import { AppError, type Finding } from "#kernel";
import type { RolloutEvent } from "#rollout";
import type { Release } from "#store";
import type { Context } from "../context.ts";
import { releasePaths, separateFiles, type Separated } from "../value/file-variable.ts";
import { bundleSearch } from "./bundle-search.ts";
import type { Survey } from "./survey.ts";

/** Renders every file once, before anything is sent: VALUE_UNCARRIABLE names every value that its consumer can't carry. */
export function proveDeliveries(context: Context, { bound, observations }: Survey): void {
  const refused: AppError[] = [];
  for (const { service, variables, desired } of bound.targets) {
    const reader = observations.get(desired.target)?.reader;
    if (service.runtime.kind === "vite") continue;
    try {
      const paths = releasePaths(context, addressOf(service, desired.host), "r0");
      renderFile({ runtime: service.runtime, reader }, separateFiles(variables, paths).variables, "r0");
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "VALUE_UNCARRIABLE") throw error;
      refused.push(error);
    }
  }
  if (refused.length === 0) return;
  const findings = new Map<string, Finding>();
  for (const finding of refused.flatMap((error) => error.findings)) findings.set(finding.message, finding);
  const count = findings.size === 1 ? "1 value" : `${findings.size} values`;
  throw new AppError("VALUE_UNCARRIABLE", `${count} can't be carried, nothing was touched`, {
    findings: [...findings.values()],
  });
}

/** Bundles of the changed targets by their content's digest: each is built once, however many hosts get it. */
export async function buildBundles(
  context: Context,
  found: Survey,
  onEvent: (event: RolloutEvent) => void,
): Promise<ReadonlyMap<string, Bundle>> {
  const bundles = new Map<string, Bundle>();
  const search = await bundleSearch(context, found);
  for (const { desired, service, variables } of changedTargets(found)) {
    if (service.runtime.kind !== "vite" || !publishes(found, desired.target) || bundles.has(desired.digest)) continue;
    const at = { host: desired.host, target: desired.target };
    onEvent({ kind: "build", ...at, command: service.runtime.build.join(" ") });
    const bundle = await buildBundle({
      runtime: service.runtime,
      folder: found.loaded.folder,
      variables,
      search,
      environment: context.processEnvironment,
      onLine: (line) => onEvent({ kind: "output", ...at, line }),
    });
    bundles.set(desired.digest, bundle);
  }
  return bundles;
}

/** What each changed target gets, in the plan's order. */
export function makeDeliveries(
  context: Context,
  found: Survey,
  release: Release,
  bundles: ReadonlyMap<string, Bundle>,
): readonly Delivery[] {
  const targets = new Map(changedTargets(found).map((target) => [target.desired.target, target]));
  return found.plan.changes.map((plan) => {
    const target = targets.get(plan.target);
    if (target === undefined) throw new AppError("INTERNAL", `${plan.target} is planned and was not bound`);
    const address = addressOf(target.service, plan.host);
    const label = labelOf(release, plan.target);
    const separated = separateFiles(target.variables, releasePaths(context, address, label));
    return { plan, address, content: contentOf(found, { target, label, separated }, bundles) };
  });
}

/** A bundle whose machine has only to be swept is not built. */
function publishes({ plan }: Survey, target: string): boolean {
  return plan.changes.some((change) => change.target === target && change.steps.some(({ kind }) => kind === "publish"));
}

/** The targets that the plan would change, with what they get. */
function changedTargets({ bound, plan }: Survey): readonly BoundTarget[] {
  const changed = new Set(plan.changes.map(({ target }) => target));
  return bound.targets.filter(({ desired }) => changed.has(desired.target));
}

function contentOf(
  found: Survey,
  { target, label, separated }: { readonly target: BoundTarget; readonly label: string; readonly separated: Separated },
  bundles: ReadonlyMap<string, Bundle>,
): DeliveryContent {
  const { service, desired } = target;
  const { variables, attachments } = separated;
  const record = makeRecord({
    release: label,
    digest: desired.digest,
    salt: randomBytes(16).toString("hex"),
    variables: variables.filter(comesWithRestart),
  });
  if (service.runtime.kind !== "vite") {
    const to = { runtime: service.runtime, reader: found.observations.get(desired.target)?.reader };
    return { kind: "file", file: renderFile(to, variables, label), record, attachments };
  }
  if (!publishes(found, desired.target)) return { kind: "none", record };
  const bundle = bundles.get(desired.digest);
  if (bundle === undefined) throw new AppError("INTERNAL", `the bundle of ${service.name} was not built`);
  return { kind: "bundle", ...bundle, record };
}

/** A process shows only what it was started with; the rest is proved by the release it reports. */
function comesWithRestart({ variable }: BoundVariable): boolean {
  return variable.restart === "restart";
}

function labelOf(release: Release, target: string): string {
  const found = release.targets.find((one) => one.target === target);
  if (found === undefined) throw new AppError("INTERNAL", `${target} is not part of release ${release.number}`);
  return found.label;
}
