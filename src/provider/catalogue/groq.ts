import type { Provider } from "../provider.ts";

/** Codes: Groq's pages on errors and spend limits, by which a spend limit is a 400. */
export const groq: Provider = {
  name: "groq",
  title: "Groq",
  kind: "LLM",
  docs: "https://console.groq.com/keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["GROQ_API_KEY"],
      format: { shape: "gsk_ and 52 letters and digits", accepts: /^gsk_[A-Za-z0-9]{52}$/, mark: /^gsk_/ },
    },
  ],
  sought: [{ label: "API key", anchor: "gsk_", pattern: /^gsk_[A-Za-z0-9]{52}/ }],
  probe: {
    kind: "http",
    origin: "https://api.groq.com/openai/v1",
    shown: "GET /openai/v1/models",
    call: ({ key }) => ({ method: "GET", path: "/models", headers: { authorization: `Bearer ${key}` } }),
    answers: [
      { status: 401, at: "error.code", is: "invalid_api_key", state: "invalid", meaning: "Groq does not know the key" },
      {
        status: 400,
        at: "error.code",
        is: "blocked_api_access",
        state: "exhausted",
        meaning: "the organisation's spend limit is reached",
      },
      { status: 200, at: "data", state: "ok", meaning: "models are listed" },
    ],
  },
};
