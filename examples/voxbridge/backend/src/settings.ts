import type { Environment } from "@keyturn/sdk";
import { readMongodbUri } from "../../shared/mongodb-uri.ts";
import type { readings } from "./variables.ts";

export type Settings = ReturnType<typeof makeSettings>;

export function makeSettings(environment: Environment<typeof readings>, release: string | undefined) {
  // the database of record is parsed, not contacted: this platform is an example
  const mongo = readMongodbUri(environment.MONGODB_URI);
  return {
    host: environment.HOST,
    port: environment.PORT,
    logLevel: environment.LOG_LEVEL,
    release: release ?? null,
    jwtSecret: environment.JWT_SECRET,
    jwtLifetime: environment.JWT_TTL_SECONDS,
    operator: { email: environment.OPERATOR_EMAIL, password: environment.OPERATOR_PASSWORD },
    database: { hosts: mongo?.hosts.length ?? 0, name: environment.MONGODB_DB },
    redis: environment.REDIS_URL,
    queueLimit: environment.QUEUE_LIMIT,
    consoleOrigin: environment.CONSOLE_ORIGIN,
    call: { language: environment.CALL_LANGUAGE, maxSeconds: environment.CALL_MAX_SECONDS },
  };
}
