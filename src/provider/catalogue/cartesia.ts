import type { Provider } from "../provider.ts";

/** Cartesia's pages on conventions and errors: since version 2026-03-01 errors are JSON. `GET /` is public. */
export const cartesia: Provider = {
  name: "cartesia",
  title: "Cartesia",
  kind: "TTS",
  docs: "https://play.cartesia.ai/keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["CARTESIA_API_KEY"],
      format: {
        shape: "sk_car_…",
        accepts: /^sk_car_(?!admin_)\w{10,}$/,
        mark: /^sk_car_/,
        refuses: [{ pattern: /^sk_car_admin_/, reason: "an admin key, which works on the routes for admins only" }],
      },
    },
  ],
  sought: [{ label: "API key", anchor: "sk_car_", pattern: /^sk_car_(?:admin_)?[A-Za-z0-9]{20,60}/ }],
  probe: {
    kind: "http",
    origin: "https://api.cartesia.ai",
    shown: "GET /voices?limit=1, Cartesia-Version: 2026-03-01",
    call: ({ key }) => ({
      method: "GET",
      path: "/voices?limit=1",
      headers: { authorization: `Bearer ${key}`, "cartesia-version": "2026-03-01" },
    }),
    answers: [
      {
        status: 401,
        at: "error_code",
        is: /^(?:invalid_api_key|unauthorized|unauthenticated)$/,
        state: "invalid",
        meaning: "Cartesia does not know the key",
      },
      { status: 402, at: "error_code", state: "exhausted", meaning: "out of credit" },
      { status: 200, at: "data", state: "ok", meaning: "voices are listed" },
    ],
  },
};
