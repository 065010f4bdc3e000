import type { Provider } from "../provider.ts";

/** Codes: OpenAI's page on error codes; prefixes: its key pages and secret scanners. `Missing scopes` comes with a valid restricted key. */
export const openai: Provider = {
  name: "openai",
  title: "OpenAI",
  kind: "LLM",
  docs: "https://platform.openai.com/api-keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["OPENAI_API_KEY"],
      format: {
        shape: "sk-proj-… or sk-svcacct-…",
        accepts: /^sk-(?!ant-|or-v1-|admin-)[\w-]{20,}$/,
        mark: /^sk-(?:proj|svcacct|admin)-/,
        refuses: [{ pattern: /^sk-admin-/, reason: "an admin key, which manages the organisation and calls no model" }],
      },
    },
    { id: "base", label: "base URL", secret: false, optional: true, names: ["OPENAI_BASE_URL", "OPENAI_API_BASE"] },
  ],
  sought: [
    { label: "API key", anchor: "sk-proj-", pattern: /^sk-proj-[\w-]{40,200}/ },
    { label: "API key of a service account", anchor: "sk-svcacct-", pattern: /^sk-svcacct-[\w-]{40,200}/ },
    { label: "admin key", anchor: "sk-admin-", pattern: /^sk-admin-[\w-]{40,200}/ },
    { label: "older API key", anchor: "T3BlbkFJ", pattern: /^T3BlbkFJ[A-Za-z0-9]{20}/, lead: /sk-[A-Za-z0-9]{20}$/ },
  ],
  probe: {
    kind: "http",
    origin: "https://api.openai.com/v1",
    base: "base",
    shown: "GET /v1/models",
    call: ({ key }) => ({ method: "GET", path: "/models", headers: { authorization: `Bearer ${key}` } }),
    answers: [
      {
        status: [401, 403],
        at: "error.message",
        is: /Missing scopes/,
        state: "scope-limited",
        meaning: "a restricted key: it may not list models",
      },
      {
        status: 401,
        at: "error.code",
        is: "invalid_api_key",
        state: "invalid",
        meaning: "OpenAI does not know the key",
      },
      {
        status: 429,
        at: "error.code",
        is: /^(?:insufficient_quota|credit_balance_exhausted|\w*_spend_limit_exceeded)$/,
        state: "exhausted",
        meaning: "out of quota or credit",
      },
      { status: 200, at: "data", state: "ok", meaning: "models are listed" },
    ],
  },
};
