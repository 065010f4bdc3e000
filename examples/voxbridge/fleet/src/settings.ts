import type { Environment } from "@keyturn/sdk";
import type { readings } from "./variables.ts";

export type Settings = ReturnType<typeof makeSettings>;

export function makeSettings(environment: Environment<typeof readings>, release: string | undefined) {
  const instance = environment.VOXCORE_INSTANCE ?? 1;
  return {
    instance,
    host: environment.HOST,
    port: environment.VOXCORE_BASE_PORT + instance,
    logLevel: environment.LOG_LEVEL,
    release: release ?? null,
    /** presented to the backend; what the worker accepts is not here */
    voxcoreSecret: environment.VOXCORE_SECRET,
    settingsUrl: environment.BACKEND_SETTINGS_URL,
    backendWait: environment.VOXCORE_BACKEND_WAIT_MS,
    drainLimit: environment.VOXCORE_DRAIN_SECONDS * 1000,
    sampleRate: environment.AUDIO_SAMPLE_RATE,
    providers: { stt: environment.STT_PROVIDER, llm: environment.LLM_PROVIDER, tts: environment.TTS_PROVIDER },
  };
}
