import { hostRequests } from "#delivery";
import type { TargetPlan } from "#plan";
import { checksFor } from "./conduct.ts";
import type { PlannedShare, PlannedWave } from "./event.ts";
import { deliveryOf, type RolloutInput } from "./input.ts";
import { requestName } from "./send.ts";
import type { HostShare, Wave } from "./wave.ts";

/** What each host of a wave is going to be asked, and what the plan says how long its restarts take. */
export function plannedWave(input: RolloutInput, { number, hosts }: Wave): PlannedWave {
  return { number, hosts: hosts.map((share) => plannedShare(input, share)) };
}

function plannedShare(input: RolloutInput, { name, targets }: HostShare): PlannedShare {
  const deliveries = targets.map(({ target }) => deliveryOf(input, target));
  const steps = hostRequests(deliveries, checksFor(input)).map((request) => ({
    target: request.target.id,
    step: requestName(request),
  }));
  return { host: name, steps, atMost: targets.reduce((sum, target) => sum + longest(target), 0) };
}

function longest({ downtime }: TargetPlan): number {
  return downtime.kind === "none" ? 0 : downtime.atMost;
}
