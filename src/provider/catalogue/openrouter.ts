import type { Provider } from "../provider.ts";

/** OpenRouter's page on the key endpoint; its list of models is public and says nothing of a key. */
export const openrouter: Provider = {
  name: "openrouter",
  title: "OpenRouter",
  kind: "LLM",
  docs: "https://openrouter.ai/settings/keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["OPENROUTER_API_KEY"],
      format: {
        shape: "sk-or-v1- and 64 hexadecimal digits",
        accepts: /^sk-or-v1-[0-9a-f]{64}$/,
        mark: /^sk-or-v1-/,
      },
    },
  ],
  sought: [{ label: "API key", anchor: "sk-or-v1-", pattern: /^sk-or-v1-[0-9a-f]{64}/ }],
  probe: {
    kind: "http",
    origin: "https://openrouter.ai/api/v1",
    shown: "GET /api/v1/key",
    call: ({ key }) => ({ method: "GET", path: "/key", headers: { authorization: `Bearer ${key}` } }),
    answers: [
      {
        status: 401,
        at: "error.message",
        is: /^(?:User not found\.?|No auth credentials found|Invalid credentials)$/,
        state: "invalid",
        meaning: "OpenRouter does not know the key, or it has expired",
      },
      {
        status: 402,
        at: "error.metadata.limit_source",
        state: "exhausted",
        meaning: "a limit of the account is reached",
      },
      {
        status: 200,
        at: "data.limit_remaining",
        is: /^(?:0(?:\.0*)?|-.*)$/,
        state: "exhausted",
        meaning: "the key's own limit is used up",
      },
      { status: 200, at: "data", state: "ok", meaning: "the key is known" },
    ],
  },
};
