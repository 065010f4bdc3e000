import type { Provider } from "../provider.ts";

/** Types: Anthropic's page on errors; low credit is a 400 (anthropic-sdk-typescript, issue 618). */
export const anthropic: Provider = {
  name: "anthropic",
  title: "Anthropic",
  kind: "LLM",
  docs: "https://console.anthropic.com/settings/keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["ANTHROPIC_API_KEY"],
      format: {
        shape: "sk-ant-api03-… of 108 characters",
        accepts: /^sk-ant-api03-[\w-]{93}AA$/,
        mark: /^sk-ant-/,
        refuses: [
          { pattern: /^sk-ant-admin/, reason: "an admin key, which manages the organisation and calls no model" },
          { pattern: /^sk-ant-oat/, reason: "a token of a person's login, which is no API key" },
        ],
      },
    },
    { id: "base", label: "base URL", secret: false, optional: true, names: ["ANTHROPIC_BASE_URL"] },
  ],
  sought: [
    { label: "API key", anchor: "sk-ant-api03-", pattern: /^sk-ant-api03-[\w-]{93}AA/ },
    { label: "admin key", anchor: "sk-ant-admin01-", pattern: /^sk-ant-admin01-[\w-]{93}AA/ },
    { label: "token of a login", anchor: "sk-ant-oat01-", pattern: /^sk-ant-oat01-[\w-]{80,120}/ },
  ],
  probe: {
    kind: "http",
    origin: "https://api.anthropic.com",
    base: "base",
    shown: "GET /v1/models with anthropic-version",
    call: ({ key = "" }) => ({
      method: "GET",
      path: "/v1/models?limit=1",
      headers: { "x-api-key": key, "anthropic-version": "2023-06-01" },
    }),
    answers: [
      {
        status: 401,
        at: "error.type",
        is: "authentication_error",
        state: "invalid",
        meaning: "Anthropic does not know the key",
      },
      {
        status: 403,
        at: "error.type",
        is: "permission_error",
        state: "scope-limited",
        meaning: "a valid key that may not do this",
      },
      { status: [400, 402, 403], at: "error.type", is: "billing_error", state: "exhausted", meaning: "out of credit" },
      {
        status: 400,
        at: "error.message",
        is: /credit balance is too low/,
        state: "exhausted",
        meaning: "out of credit",
      },
      { status: 200, at: "data", state: "ok", meaning: "models are listed" },
    ],
  },
};
