import type { Provider } from "../provider.ts";

/**
 * Call: Microsoft's REST reference, Models - List, 2024-10-21. A 401 says "invalid subscription key or wrong API
 * endpoint", so it convicts neither. Format: the portal's keys, 32 hexadecimal digits before, 84 characters now.
 */
export const azureOpenai: Provider = {
  name: "azure-openai",
  aliases: ["azure"],
  title: "Azure OpenAI",
  kind: "LLM",
  docs: "https://learn.microsoft.com/azure/ai-services/openai/",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_KEY"],
      format: {
        shape: "32 hexadecimal digits, or 84 letters and digits",
        accepts: /^(?:[0-9a-f]{32}|[A-Za-z0-9]{84})$/,
      },
    },
    {
      id: "base",
      label: "endpoint",
      secret: false,
      names: ["AZURE_OPENAI_ENDPOINT"],
      format: { shape: "https://NAME.openai.azure.com", accepts: /^https:\/\/[^\s/]+\/?$/ },
    },
  ],
  hosts: [".openai.azure.com", ".cognitiveservices.azure.com"],
  probe: {
    kind: "http",
    base: "base",
    shown: "GET {endpoint}/openai/models?api-version=2024-10-21",
    call: ({ key = "" }) => ({
      method: "GET",
      path: "/openai/models?api-version=2024-10-21",
      headers: { "api-key": key },
    }),
    answers: [
      {
        status: 401,
        state: "inconclusive",
        meaning: "either the key or the endpoint is wrong: Azure does not say which",
      },
      {
        status: 403,
        at: "error.message",
        is: /Out of call volume quota/,
        state: "exhausted",
        meaning: "out of quota",
      },
      { status: 200, at: "data", state: "ok", meaning: "models are listed" },
    ],
  },
};
