import type { Readings } from "@keyturn/sdk";
import { logLevels } from "../../shared/log.ts";

export const contract = new URL("../.env.example", import.meta.url);

/** Every variable that the API reads, and how; `.env.example` describes them. */
export const readings = {
  JWT_SECRET: "text",
  JWT_SECRET_PREVIOUS_UNTIL: "optional text",
  PROVISIONER_INTERNAL_TOKEN: "text",
  PROVISIONER_URL: "text",
  LIVEKIT_URL: "text",
  LIVEKIT_API_KEY: "text",
  LIVEKIT_API_SECRET: "text",
  SUPABASE_URL: "text",
  SUPABASE_ANON_KEY: "text",
  SUPABASE_SERVICE_ROLE_KEY: "text",
  SUPABASE_DB_URL: "text",
  TWILIO_ACCOUNT_SID: "text",
  TWILIO_AUTH_TOKEN: "text",
  TWILIO_AUTH_TOKEN_SECONDARY: "optional text",
  SENTRY_DSN: "optional text",
  PUBLIC_URL: "text",
  HOST: "text",
  PORT: "number",
  LOG_LEVEL: logLevels,
} as const satisfies Readings;
