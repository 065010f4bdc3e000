import { rm } from "node:fs/promises";
import { AppError } from "#kernel";
import type { TargetAddress } from "../address.ts";
import type { MarkedTarget } from "../bootstrap/take-over.ts";
import type { Controller } from "../host.ts";
import { takeLock } from "./lock.ts";
import { placeOf, readController } from "./place.ts";

/** Whose these targets of a process host are; those that nobody owns are left out. */
export async function processMarks(
  folder: string,
  targets: readonly TargetAddress[],
): Promise<readonly MarkedTarget[]> {
  const found = await Promise.all(
    targets.map(async ({ id, service }) => {
      const controller = await readController(placeOf(folder, service).controller);
      if (controller === undefined) return [];
      const { owner, epoch, lease, auditHead } = controller;
      return [{ target: id, owner, epoch, lease, auditHead }];
    }),
  );
  return found.flat();
}

/**
 * Removes the mark of a controller, if it is still the one that was shown. Who can write the folder decides, as root
 * does on a host.
 */
export async function removeProcessMark(folder: string, service: string, shown: MarkedTarget): Promise<void> {
  const place = placeOf(folder, service);
  const lock = await takeLock(place.lock);
  if (lock.kind === "held") {
    throw new AppError("LEASE_HELD", `${shown.target} is being changed by process ${lock.pid}`);
  }
  try {
    const present = await readController(place.controller);
    if (present === undefined) return;
    if (!isSame(present, shown)) {
      throw new AppError("HOST_FENCED", `${shown.target} has another owner by now than was shown`);
    }
    await rm(place.controller, { force: true });
  } finally {
    await lock.release();
  }
}

function isSame(present: Controller, shown: Controller): boolean {
  const { owner, epoch, lease, auditHead } = shown;
  return (
    present.owner === owner && present.epoch === epoch && present.lease === lease && present.auditHead === auditHead
  );
}
