import { sentryDsn, type Environment } from "@keyturn/sdk";
import type { readings } from "./variables.ts";

export type Settings = ReturnType<typeof makeSettings>;

export function makeSettings(environment: Environment<typeof readings>, release: string | undefined) {
  return {
    release: release ?? null,
    provisioner: { url: environment.PROVISIONER_URL, token: environment.PROVISIONER_INTERNAL_TOKEN },
    livekit: {
      url: environment.LIVEKIT_URL,
      pair: { key: environment.LIVEKIT_API_KEY, secret: environment.LIVEKIT_API_SECRET },
    },
    supabase: { url: environment.SUPABASE_URL, key: environment.SUPABASE_ANON_KEY },
    twilioTokens: [environment.TWILIO_AUTH_TOKEN, environment.TWILIO_AUTH_TOKEN_SECONDARY],
    publicUrl: environment.PUBLIC_URL,
    crashes: sentryDsn(environment.SENTRY_DSN) === undefined ? "not told" : "told to Sentry",
  };
}
