import type { BoundTarget, BoundVariable } from "#binding";
import { addressOf, buildBundle, renderFile, type Delivery } from "#delivery";
import { makeRecord } from "#host";
import { AppError } from "#kernel";
import { randomBytes } from "node:crypto";
import type { TargetPlan } from "#plan";
import type { RolloutEvent } from "#rollout";
import type { Release } from "#store";

import type { Context } from "./context.ts";
import { secretValues } from "./mask.ts";
import type { Survey } from "./survey.ts";

/** Renders every file once, before anything is sent: a value that a consumer can't carry stops here. */
export function proveDeliveries({ bound }: Survey): void {
  for (const { service, variables } of bound.targets) {
    if (service.runtime.kind !== "vite") renderFile(service.runtime, variables, "r0");
  }
}

/** What each changed target gets, in the plan's order. Bundles are built here, once per service. */
export async function makeDeliveries(
  { processEnvironment }: Context,
  found: Survey,
  release: Release,
  onEvent: (event: RolloutEvent) => void,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  for (const plan of found.plan.changes) {
    const target = found.bound.targets.find(({ desired }) => desired.target === plan.target);
    if (target === undefined) throw new AppError("INTERNAL", `${plan.target} is planned and was not bound`);
    deliveries.push(
      await deliveryOf(processEnvironment, found, { plan, target, label: labelOf(release, plan.target) }, onEvent),
    );
  }
  return deliveries;
}

interface Planned {
  readonly plan: TargetPlan;
  readonly target: BoundTarget;
  readonly label: string;
}

async function deliveryOf(
  environment: Context["processEnvironment"],
  found: Survey,
  { plan, target, label }: Planned,
  onEvent: (event: RolloutEvent) => void,
): Promise<Delivery> {
  const { service, variables, desired } = target;
  const address = addressOf(service, desired.host);
  const record = makeRecord({
    release: label,
    digest: desired.digest,
    salt: randomBytes(16).toString("hex"),
    variables: variables.filter(comesWithRestart),
  });
  if (service.runtime.kind !== "vite") {
    const file = renderFile(service.runtime, variables, label);
    return { plan, address, content: { kind: "file", file, record } };
  }
  const bundle = await buildBundle({
    runtime: service.runtime,
    folder: found.loaded.folder,
    variables,
    secrets: secretValues(found.bound.targets),
    environment,
    onLine: (line) => onEvent({ kind: "output", host: desired.host, target: desired.target, line }),
  });
  return { plan, address, content: { kind: "bundle", ...bundle, record } };
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
