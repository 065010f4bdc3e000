import { AppError } from "#kernel";
import type { Controller } from "./host.ts";

/** Why a machine refuses this controller, or nothing. The helper on remote machines decides by the same rule. */
export function fencedBy(stored: Controller | undefined, controller: Controller): boolean {
  if (stored === undefined) return false;
  if (stored.owner !== controller.owner) return true;
  if (controller.epoch !== stored.epoch) return controller.epoch < stored.epoch;
  return controller.lease < stored.lease;
}

/** `mend` is what else than the usual can be done, where a target is given to another controller in another way. */
export function fencedError(
  host: string,
  target: string,
  stored: Controller,
  controller: Controller,
  mend?: string,
): AppError {
  const data = { host, target, owner: stored.owner, epoch: stored.epoch, lease: stored.lease };
  if (stored.owner !== controller.owner) {
    return new AppError("HOST_FENCED", `${target} on ${host} belongs to ${stored.owner}`, {
      data,
      ...(mend === undefined ? {} : { hint: mend }),
    });
  }
  return new AppError(
    "HOST_FENCED",
    `${target} on ${host} has seen epoch ${stored.epoch} lease ${stored.lease}, newer than ours`,
    {
      data,
      hint:
        mend ??
        `another run took over, or this store is an old copy: work where the newer one is; when that is gone for good, \`keyturn hosts prepare ${host} --take-over\``,
    },
  );
}

/** Requests that make a target ours when nobody owns it; the others only renew what is owned. */
export function takesOwnership(kind: string): boolean {
  return kind === "attach" || kind === "stage" || kind === "swap" || kind === "claim" || kind === "publish";
}
