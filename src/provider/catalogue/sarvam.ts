import type { Provider } from "../provider.ts";

/**
 * Codes: Sarvam's page on errors: a wrong key is a 403. No free call is documented, so an empty request is sent: with a
 * good key it is refused for being empty. That it is looked at after the key is an inference.
 */
export const sarvam: Provider = {
  name: "sarvam",
  title: "Sarvam",
  kind: "TTS",
  docs: "https://dashboard.sarvam.ai",
  fields: [{ id: "key", label: "API key", secret: true, names: ["SARVAM_API_KEY"] }],
  probe: {
    kind: "http",
    origin: "https://api.sarvam.ai",
    shown: "POST /text-to-speech, empty",
    call: ({ key = "" }) => ({
      method: "POST",
      path: "/text-to-speech",
      headers: { "api-subscription-key": key, "content-type": "application/json" },
      body: "{}",
    }),
    answers: [
      {
        status: 403,
        at: "error.code",
        is: "invalid_api_key_error",
        state: "invalid",
        meaning: "Sarvam does not know the key",
      },
      {
        status: 429,
        at: "error.code",
        is: "insufficient_quota_error",
        state: "exhausted",
        meaning: "out of credit",
      },
      {
        status: [400, 422],
        at: "error.code",
        is: /^(?:invalid_request_error|unprocessable_entity_error)$/,
        state: "ok",
        meaning: "the key was taken, and the empty request refused",
      },
    ],
  },
};
