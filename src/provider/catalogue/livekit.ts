import type { Provider } from "../provider.ts";
import { liveKitToken } from "../signature/livekit-token.ts";

/**
 * Texts: livekit-server, pkg/service/auth.go: an unknown key, a signature that does not fit, and a missing grant are told
 * apart. The second one repeats the token, which is why answers are never shown.
 */
export const livekit: Provider = {
  name: "livekit",
  title: "LiveKit",
  kind: "telephony",
  docs: "https://docs.livekit.io/home/get-started/authentication/",
  fields: [
    {
      id: "secret",
      label: "API secret",
      secret: true,
      names: ["LIVEKIT_API_SECRET"],
      format: {
        shape: "32 characters or more",
        accepts: /^\S{32,}$/,
        refuses: [{ pattern: /^API[A-Za-z0-9]{9,15}$/, reason: "an API key, which belongs into LIVEKIT_API_KEY" }],
      },
    },
    { id: "key", label: "API key", secret: false, names: ["LIVEKIT_API_KEY"] },
    {
      id: "base",
      label: "server URL",
      secret: false,
      names: ["LIVEKIT_URL"],
      format: { shape: "wss://…", accepts: /^(?:wss?|https?):\/\/\S+$/ },
    },
  ],
  probe: {
    kind: "http",
    base: "base",
    shown: "POST /twirp/livekit.RoomService/ListRooms, a token that may list rooms",
    call: ({ key = "", secret = "" }, { now }) => ({
      method: "POST",
      path: "/twirp/livekit.RoomService/ListRooms",
      headers: { authorization: `Bearer ${liveKitToken({ key, secret, now })}`, "content-type": "application/json" },
      body: "{}",
    }),
    answers: [
      {
        status: 401,
        at: "text",
        is: /^invalid API key/,
        state: "invalid",
        meaning: "the server does not know the key",
      },
      {
        status: 401,
        at: "text",
        is: /^invalid token/,
        state: "invalid",
        meaning: "the secret does not belong to the key",
      },
      {
        status: [401, 403],
        at: "msg",
        is: /permission/,
        state: "scope-limited",
        meaning: "key and secret are known, and may not list rooms",
      },
      { status: 200, at: "rooms", state: "ok", meaning: "rooms are listed" },
    ],
  },
};
