import type { EnvironmentReader } from "../../shared/environment.ts";
import { logLevels } from "../../shared/log.ts";
import { readMongodbUri } from "../../shared/mongodb-uri.ts";
import type { readVariables } from "./variables.ts";

type Name = keyof ReturnType<typeof readVariables>;
export type Settings = ReturnType<typeof readSettings>;

export function readSettings(environment: EnvironmentReader<Name>) {
  // the database of record is parsed, not contacted: this platform is an example
  const mongo = environment.parsed("MONGODB_URI", readMongodbUri, "a MongoDB connection string");
  return {
    host: environment.text("HOST", "0.0.0.0"),
    port: environment.integer("PORT", 8080, { min: 0, max: 65_535 }),
    logLevel: environment.choice("LOG_LEVEL", logLevels, "info"),
    release: environment.optional("KEYTURN_RELEASE") ?? null,
    jwtSecret: environment.required("JWT_SECRET", 32),
    jwtLifetime: environment.integer("JWT_TTL_SECONDS", 43_200, { min: 60, max: 604_800 }),
    operator: {
      email: environment.required("OPERATOR_EMAIL"),
      password: environment.required("OPERATOR_PASSWORD", 12),
    },
    voxcoreSecret: environment.required("VOXCORE_SECRET", 32),
    database: { hosts: mongo?.hosts.length ?? 0, name: environment.text("MONGODB_DB", "voxbridge") },
    redis: environment.url("REDIS_URL", ["redis", "rediss"]),
    queueLimit: environment.integer("QUEUE_LIMIT", 1000, { min: 1, max: 100_000 }),
    consoleOrigin: environment.optional("CONSOLE_ORIGIN"),
    call: {
      language: environment.text("CALL_LANGUAGE", "en-IN"),
      maxSeconds: environment.integer("CALL_MAX_SECONDS", 600, { min: 1, max: 7200 }),
    },
  };
}
