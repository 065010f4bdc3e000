import type { EnvironmentReader } from "../../shared/environment.ts";
import { logLevels } from "../../shared/log.ts";
import { readMongodbUri } from "../../shared/mongodb-uri.ts";
import type { readVariables } from "./variables.ts";

type Name = keyof ReturnType<typeof readVariables>;
export type Settings = ReturnType<typeof readSettings>;

export function readSettings(environment: EnvironmentReader<Name>) {
  // both are parsed, not contacted: answered calls come from the backend's queue or are made up
  environment.parsed("MONGODB_URI", readMongodbUri, "a MongoDB connection string");
  environment.url("LIVEKIT_URL", ["ws", "wss"]);
  environment.required("LIVEKIT_API_KEY");
  environment.required("LIVEKIT_API_SECRET", 32);
  return {
    host: environment.text("HOST", "0.0.0.0"),
    port: environment.integer("PORT", 8090, { min: 0, max: 65_535 }),
    logLevel: environment.choice("LOG_LEVEL", logLevels, "info"),
    release: environment.optional("KEYTURN_RELEASE") ?? null,
    voxcoreSecret: environment.required("VOXCORE_SECRET", 32),
    workers: environment.urls("VOXCORE_WORKERS", ["http"]),
    backend: environment.url("BACKEND_URL", ["http"]),
    pollInterval: environment.integer("DIALLER_POLL_MS", 500, { min: 20, max: 60_000 }),
    callsPerSecond: environment.integer("DIALLER_CALLS_PER_SECOND", 2, { min: 0, max: 200 }),
    callLength: environment.integer("DIALLER_CALL_MS", 400, { min: 0, max: 600_000 }),
    attachTimeout: environment.integer("DIALLER_ATTACH_TIMEOUT_MS", 3000, { min: 100, max: 60_000 }),
  };
}
