import type { Provider } from "../provider.ts";

/** Statuses: ElevenLabs' help article on 400 and 401. `/v1/user` wants a permission that most keys lack. */
export const elevenlabs: Provider = {
  name: "elevenlabs",
  title: "ElevenLabs",
  kind: "TTS",
  docs: "https://elevenlabs.io/app/settings/api-keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["ELEVENLABS_API_KEY", "ELEVEN_API_KEY", "XI_API_KEY"],
      format: {
        shape: "sk_ and 48 hexadecimal digits, or the older 32",
        accepts: /^(?:sk_[a-f0-9]{48}|[a-f0-9]{32})$/,
        mark: /^sk_[a-f0-9]{48}$/,
      },
    },
  ],
  sought: [{ label: "API key", anchor: "sk_", pattern: /^sk_[a-f0-9]{48}/ }],
  probe: {
    kind: "http",
    origin: "https://api.elevenlabs.io/v1",
    shown: "GET /v1/voices",
    call: ({ key = "" }) => ({ method: "GET", path: "/voices", headers: { "xi-api-key": key } }),
    answers: [
      {
        status: 401,
        at: "detail.status",
        is: "invalid_api_key",
        state: "invalid",
        meaning: "ElevenLabs does not know the key",
      },
      {
        status: 401,
        at: "detail.status",
        is: /^(?:quota_exceeded|payment_required)$/,
        state: "exhausted",
        meaning: "out of credit",
      },
      {
        status: 401,
        at: "detail.status",
        is: "missing_permissions",
        state: "scope-limited",
        meaning: "a valid key that may not list voices",
      },
      {
        status: 401,
        at: "detail.status",
        is: "detected_unusual_activity",
        state: "blocked",
        meaning: "ElevenLabs has stopped the account's free use",
      },
      { status: 200, at: "voices", state: "ok", meaning: "voices are listed" },
    ],
  },
};
