import type { Readings } from "@keyturn/sdk";
import { logLevels } from "../../shared/log.ts";

export const contract = new URL("../.env.example", import.meta.url);

/**
 * Every variable that this service reads, and how; `.env.example` describes them. The vendors' keys are not used here: the
 * contract alone keeps a worker from coming up without the key of a vendor that it is set to.
 */
export const readings = {
  VOXCORE_INSTANCE: "optional number",
  VOXCORE_BASE_PORT: "number",
  BACKEND_URL: "url",
  BACKEND_SETTINGS_URL: "url",
  HOST: "text",
  LOG_LEVEL: logLevels,
  VOXCORE_SECRET: "text",
  VOXCORE_DRAIN_SECONDS: "number",
  VOXCORE_BACKEND_WAIT_MS: "number",
  AUDIO_SAMPLE_RATE: "number",
  STT_PROVIDER: ["deepgram", "soniox"],
  LLM_PROVIDER: ["openai", "google"],
  TTS_PROVIDER: ["elevenlabs", "sarvam"],
  MINIO_ENDPOINT: "url",
  MINIO_ACCESS_KEY: "text",
  MINIO_SECRET_KEY: "text",
  OTEL_ENABLED: "boolean",
  OTEL_EXPORTER_OTLP_ENDPOINT: "optional url",
  OTEL_API_KEY: "optional text",
  DEEPGRAM_API_KEY: "optional text",
  SONIOX_API_KEY: "optional text",
  OPENAI_API_KEY: "optional text",
  GOOGLE_API_KEY: "optional text",
  ELEVENLABS_API_KEY: "optional text",
  SARVAM_API_KEY: "optional text",
  MINIO_BUCKET: "text",
} as const satisfies Readings;
