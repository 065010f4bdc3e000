import { AppError, type Clock } from "#kernel";
import type { TargetAddress } from "../address.ts";
import { takeLock } from "./lock.ts";
import { placeOf, removeTemporaries } from "./place.ts";

/** The one service that a stream works on at a time, as the helper holds one target. */
export interface Hold {
  /** LEASE_HELD when another process keeps it for longer than a moment */
  take(target: TargetAddress): Promise<void>;
  release(): Promise<void>;
}

const tries = 20;

export function openHold(options: { readonly name: string; readonly folder: string; readonly clock: Clock }): Hold {
  let held: { readonly service: string; readonly release: () => Promise<void> } | undefined;
  const release = async () => {
    await held?.release();
    held = undefined;
  };
  return {
    release,
    take: async (target) => {
      if (held?.service === target.service) return;
      await release();
      for (let left = tries; ; left -= 1) {
        const lock = await takeLock(placeOf(options.folder, target.service).lock);
        if (lock.kind === "taken") {
          held = { service: target.service, release: lock.release };
          // nobody else writes there now: what is half written was left by one that was killed
          return removeTemporaries(placeOf(options.folder, target.service).folder);
        }
        if (left === 0) throw busy(options.name, target.id, lock.pid);
        await options.clock.sleep(200);
      }
    },
  };
}

function busy(host: string, target: string, pid: number): AppError {
  return new AppError("LEASE_HELD", `${target} on ${host} is being changed by process ${pid}`, {
    hint: "wait for the other run to end, then run the command again",
  });
}
