import type { Readings } from "@keyturn/sdk";
import { logLevels } from "../../shared/log.ts";

export const contract = new URL("../.env.example", import.meta.url);

/** Every variable that the agent reads, and how; `.env.example` describes them. */
export const readings = {
  AGENT_USER: "text",
  API_SERVER_KEY: "text",
  LLM_PROVIDER: ["openai", "groq", "anthropic"],
  OPENAI_API_KEY: "optional text",
  OPENAI_BASE_URL: "text",
  GROQ_API_KEY: "optional text",
  GROQ_BASE_URL: "text",
  ANTHROPIC_API_KEY: "optional text",
  ANTHROPIC_BASE_URL: "text",
  LLM_MODEL: "text",
  STT_PROVIDER: ["deepgram", "soniox", "assemblyai"],
  DEEPGRAM_API_KEY: "optional text",
  SONIOX_API_KEY: "optional text",
  ASSEMBLYAI_API_KEY: "optional text",
  TTS_PROVIDER: ["elevenlabs", "sarvam", "cartesia"],
  ELEVENLABS_API_KEY: "optional text",
  SARVAM_API_KEY: "optional text",
  CARTESIA_API_KEY: "optional text",
  SENTRY_DSN: "optional text",
  HOST: "text",
  PORT: "optional number",
  LOG_LEVEL: logLevels,
} as const satisfies Readings;
