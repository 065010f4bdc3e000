import type { Provider } from "../provider.ts";

/**
 * Reasons: Google's ErrorInfo in `error.details`. The key goes in a header, never in `?key=`, which ends up in logs.
 * Dates: Google's page "Using Gemini API keys", June 2026.
 */
export const google: Provider = {
  name: "google",
  aliases: ["gemini", "google-gemini"],
  title: "Google Gemini",
  kind: "LLM",
  docs: "https://aistudio.google.com/api-keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
      format: {
        shape: "AQ.…, or the older AIza and 35 more characters",
        accepts: /^(?:AIza[\w-]{35}|AQ\.[\w.-]{20,})$/,
        mark: /^(?:AIza[\w-]{35}$|AQ\.[\w-])/,
      },
    },
  ],
  sought: [
    { label: "API key", anchor: "AIza", pattern: /^AIza[\w-]{35}/ },
    { label: "API key", anchor: "AQ.Ab8", pattern: /^AQ\.Ab8[\w-]{40,60}/ },
  ],
  probe: {
    kind: "http",
    origin: "https://generativelanguage.googleapis.com/v1beta",
    shown: "GET /v1beta/models, header x-goog-api-key",
    call: ({ key = "" }) => ({ method: "GET", path: "/models?pageSize=1", headers: { "x-goog-api-key": key } }),
    answers: [
      {
        status: 400,
        at: "error.details.*.reason",
        is: "API_KEY_INVALID",
        state: "invalid",
        meaning: "Google does not know the key",
      },
      {
        status: 401,
        at: "error.details.*.reason",
        is: "ACCESS_TOKEN_TYPE_UNSUPPORTED",
        state: "inconclusive",
        meaning: "Google takes this for another kind of credential than an API key",
      },
      {
        status: 403,
        at: "error.status",
        is: "PERMISSION_DENIED",
        state: "scope-limited",
        meaning: "a valid key without access to the Gemini API",
      },
      { status: 200, at: "models", state: "ok", meaning: "models are listed" },
    ],
  },
  migrations: [
    {
      field: "key",
      pattern: /^AIza/,
      deadline: "2026-09-01",
      message: "Google ends keys that begin with AIza in September 2026: make one of the new kind, AQ.…",
    },
  ],
};
