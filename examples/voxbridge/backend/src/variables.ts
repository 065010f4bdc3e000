import type { Readings } from "@keyturn/sdk";
import { logLevels } from "../../shared/log.ts";

export const contract = new URL("../.env.example", import.meta.url);

/** Every variable that this service reads, and how; `.env.example` describes them. */
export const readings = {
  MONGODB_URI: "text",
  HOST: "text",
  PORT: "number",
  LOG_LEVEL: logLevels,
  JWT_SECRET: "text",
  JWT_TTL_SECONDS: "number",
  OPERATOR_EMAIL: "text",
  OPERATOR_PASSWORD: "text",
  VOXCORE_SECRET: "text",
  MONGODB_DB: "text",
  REDIS_URL: "url",
  QUEUE_LIMIT: "number",
  CONSOLE_ORIGIN: "optional text",
  CALL_LANGUAGE: "text",
  CALL_MAX_SECONDS: "number",
} as const satisfies Readings;
