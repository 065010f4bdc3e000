import type { Provider } from "../provider.ts";

/** Call and codes: Deepgram's pages on authenticating and on errors. The list of projects would want more scope. */
export const deepgram: Provider = {
  name: "deepgram",
  title: "Deepgram",
  kind: "STT",
  docs: "https://console.deepgram.com",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["DEEPGRAM_API_KEY"],
      format: { shape: "40 small letters and digits", accepts: /^[0-9a-z]{40}$/ },
    },
  ],
  probe: {
    kind: "http",
    origin: "https://api.deepgram.com/v1",
    shown: "GET /v1/auth/token, scheme Token",
    call: ({ key }) => ({ method: "GET", path: "/auth/token", headers: { authorization: `Token ${key}` } }),
    answers: [
      { status: 401, at: "err_code", is: "INVALID_AUTH", state: "invalid", meaning: "Deepgram does not know the key" },
      {
        status: [401, 403],
        at: "err_code",
        is: "INSUFFICIENT_PERMISSIONS",
        state: "scope-limited",
        meaning: "a valid key without this permission",
      },
      { status: 402, at: "err_code", is: "ASR_PAYMENT_REQUIRED", state: "exhausted", meaning: "out of credit" },
      { status: 200, at: "api_key_id", state: "ok", meaning: "the key is known" },
    ],
  },
};
