import type { RotationSchedule } from "../rotation-schedule.ts";
import { readAge } from "./duration.ts";
import type { RawRotate } from "./rotate-schema.ts";
import { readWindow } from "./rotation-window.ts";
import type { RawManifest } from "./schema.ts";

/** By the secret's name; what an environment says of one stands for all that is said of it at the top. */
export function readSchedules(manifest: RawManifest, environment: string): ReadonlyMap<string, RotationSchedule> {
  const said = { ...manifest.secrets, ...manifest.environments[environment]?.secrets };
  const schedules = Object.entries(said).flatMap(([name, secret]) => {
    return secret === false || secret.rotate === undefined ? [] : [[name, scheduleOf(secret.rotate)] as const];
  });
  return new Map(schedules);
}

function scheduleOf({ every, window, by = "keyturn" }: RawRotate): RotationSchedule {
  const allowed = window === undefined ? undefined : readWindow(window);
  return { every: readAge(every), by, ...(allowed === undefined ? {} : { window: allowed }) };
}
