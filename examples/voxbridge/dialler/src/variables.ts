import type { Readings } from "@keyturn/sdk";
import { logLevels } from "../../shared/log.ts";

export const contract = new URL("../.env.example", import.meta.url);

/** Every variable that this service reads, and how; `.env.example` describes them. */
export const readings = {
  MONGODB_URI: "text",
  LIVEKIT_URL: "url",
  LIVEKIT_API_KEY: "text",
  LIVEKIT_API_SECRET: "text",
  HOST: "text",
  PORT: "number",
  LOG_LEVEL: logLevels,
  VOXCORE_SECRET: "text",
  VOXCORE_WORKERS: "text",
  BACKEND_URL: "url",
  DIALLER_POLL_MS: "number",
  DIALLER_CALLS_PER_SECOND: "number",
  DIALLER_CALL_MS: "number",
  DIALLER_ATTACH_TIMEOUT_MS: "number",
  DIALLER_BUSY_WAIT_MS: "number",
} as const satisfies Readings;

/** Those that a reload takes over, as `.env.example` says. */
export const reloadable = ["DIALLER_CALLS_PER_SECOND", "DIALLER_CALL_MS"] as const;
