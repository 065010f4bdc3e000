import type { Provider } from "../provider.ts";

/** AssemblyAI's API reference: the bare key as header; a 401 has a text in `error` and no code. */
export const assemblyai: Provider = {
  name: "assemblyai",
  title: "AssemblyAI",
  kind: "STT",
  docs: "https://www.assemblyai.com/dashboard/api-keys",
  fields: [
    {
      id: "key",
      label: "API key",
      secret: true,
      names: ["ASSEMBLYAI_API_KEY"],
      format: { shape: "32 small letters and digits", accepts: /^[0-9a-z]{32}$/ },
    },
  ],
  probe: {
    kind: "http",
    origin: "https://api.assemblyai.com/v2",
    shown: "GET /v2/transcript, the bare key as Authorization",
    call: ({ key = "" }) => ({ method: "GET", path: "/transcript?limit=1", headers: { authorization: key } }),
    answers: [
      {
        status: 401,
        at: "error",
        is: /^Authentication error, API token missing\/invalid/,
        state: "invalid",
        meaning: "AssemblyAI does not know the key",
      },
      { status: 200, at: "transcripts", state: "ok", meaning: "transcripts are listed" },
    ],
  },
};
