import type { EnvironmentReader } from "../../shared/environment.ts";
import { logLevels } from "../../shared/log.ts";
import type { readVariables } from "./variables.ts";

type Name = keyof ReturnType<typeof readVariables>;
export type Settings = ReturnType<typeof readSettings>;

/** which key each provider needs */
const providerKeys = {
  deepgram: "DEEPGRAM_API_KEY",
  soniox: "SONIOX_API_KEY",
  openai: "OPENAI_API_KEY",
  google: "GOOGLE_API_KEY",
  elevenlabs: "ELEVENLABS_API_KEY",
  sarvam: "SARVAM_API_KEY",
} as const;

export function readSettings(environment: EnvironmentReader<Name>) {
  const instance = environment.integer("VOXCORE_INSTANCE", 1, { min: 0, max: 99 });
  const base = environment.integer("VOXCORE_BASE_PORT", 8100, { min: 1, max: 65_000 });
  const backend = environment.url("BACKEND_URL", ["http"]);
  const settingsUrl = environment.optional("BACKEND_SETTINGS_URL");
  return {
    instance,
    host: environment.text("HOST", "0.0.0.0"),
    port: base + instance,
    logLevel: environment.choice("LOG_LEVEL", logLevels, "info"),
    release: environment.optional("KEYTURN_RELEASE") ?? null,
    voxcoreSecret: environment.required("VOXCORE_SECRET", 32),
    settingsUrl:
      settingsUrl === undefined
        ? new URL("/internal/settings", backend)
        : environment.url("BACKEND_SETTINGS_URL", ["http"]),
    drainLimit: environment.integer("VOXCORE_DRAIN_SECONDS", 30, { min: 0, max: 3600 }) * 1000,
    sampleRate: environment.integer("AUDIO_SAMPLE_RATE", 16_000, { min: 8000, max: 48_000 }),
    providers: readProviders(environment),
  };
}

/** The vendors are not called here; a worker that lacks the key of a vendor it uses must not come up all the same. */
function readProviders(environment: EnvironmentReader<Name>) {
  const stt = environment.choice("STT_PROVIDER", ["deepgram", "soniox"] as const, "deepgram");
  const llm = environment.choice("LLM_PROVIDER", ["openai", "google"] as const, "openai");
  const tts = environment.choice("TTS_PROVIDER", ["elevenlabs", "sarvam"] as const, "elevenlabs");
  for (const provider of [stt, llm, tts]) environment.required(providerKeys[provider]);
  environment.url("MINIO_ENDPOINT", ["http", "https"]);
  environment.text("MINIO_BUCKET", "voxbridge-recordings");
  environment.required("MINIO_ACCESS_KEY");
  environment.required("MINIO_SECRET_KEY", 8);
  if (environment.choice("OTEL_ENABLED", ["true", "false"], "false") === "true") {
    environment.url("OTEL_EXPORTER_OTLP_ENDPOINT", ["http", "https"]);
    environment.required("OTEL_API_KEY");
  }
  return { stt, llm, tts };
}
