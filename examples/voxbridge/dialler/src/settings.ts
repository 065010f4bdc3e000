import type { Environment } from "@keyturn/sdk";
import type { readings } from "./variables.ts";

export type Settings = ReturnType<typeof makeSettings>;

/** Database and LiveKit are not contacted: answered calls come from the backend's queue or are made up. */
export function makeSettings(environment: Environment<typeof readings>, release: string | undefined) {
  return {
    host: environment.HOST,
    port: environment.PORT,
    logLevel: environment.LOG_LEVEL,
    release: release ?? null,
    voxcoreSecret: environment.VOXCORE_SECRET,
    workers: environment.VOXCORE_WORKERS.split(/,\s*/).map((url) => new URL(url)),
    backend: environment.BACKEND_URL,
    pollInterval: environment.DIALLER_POLL_MS,
    callsPerSecond: environment.DIALLER_CALLS_PER_SECOND,
    callLength: environment.DIALLER_CALL_MS,
    attachTimeout: environment.DIALLER_ATTACH_TIMEOUT_MS,
    busyWait: environment.DIALLER_BUSY_WAIT_MS,
  };
}
