import { AppError } from "#kernel";
import type { TargetAddress } from "./address.ts";

/** For machines that know files and units: a container among their targets is a defect of whoever chose the way to it. */
export function refuseContainers(host: string, targets: readonly TargetAddress[]): void {
  const container = targets.find(({ runtime }) => runtime.kind === "docker");
  if (container === undefined) return;
  throw new AppError("INTERNAL", `${container.id} is a container, and this way to ${host} knows none`);
}
