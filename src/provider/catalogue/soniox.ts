import type { Provider } from "../provider.ts";

/** Types: Soniox's page on errors, by which `error_type` is stable. No prefix is documented. */
export const soniox: Provider = {
  name: "soniox",
  title: "Soniox",
  kind: "STT",
  docs: "https://console.soniox.com",
  fields: [{ id: "key", label: "API key", secret: true, names: ["SONIOX_API_KEY"] }],
  probe: {
    kind: "http",
    origin: "https://api.soniox.com/v1",
    shown: "GET /v1/models",
    call: ({ key }) => ({ method: "GET", path: "/models", headers: { authorization: `Bearer ${key}` } }),
    answers: [
      {
        status: 401,
        at: "error_type",
        is: "unauthenticated",
        state: "invalid",
        meaning: "Soniox does not know the key",
      },
      { status: 200, at: "models", state: "ok", meaning: "models are listed" },
    ],
  },
};
