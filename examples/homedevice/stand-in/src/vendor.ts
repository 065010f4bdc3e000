import type { Mood } from "./mood.ts";

type Headers = Readonly<Record<string, string | undefined>>;

interface Told {
  readonly status: number;
  readonly body: unknown;
}

/** A vendor that is stood in for: where its key is looked up, and what it answers to each kind, as its own pages say. */
export interface Vendor {
  readonly key: (headers: Headers) => string;
  /** what a key is tried with */
  readonly probe: RegExp;
  /** what it does not tell apart is as good as any */
  readonly answers: Readonly<Partial<Record<Mood, Told>>> & { readonly ok: Told };
  /** what else it does, for a key that works */
  readonly does?: Readonly<Record<string, (body: unknown) => unknown>>;
}

const bearer = ({ authorization = "" }: Headers) => authorization.replace(/^(?:Bearer|Token) /, "");
const header = (name: string) => (headers: Headers) => headers[name] ?? "";

export const vendors: Readonly<Record<string, Vendor>> = {
  openai: {
    key: bearer,
    probe: /^\/v1\/(?:models|chat\/completions)$/,
    answers: {
      ok: { status: 200, body: { object: "list", data: [{ id: "gpt-4o-mini", object: "model" }] } },
      invalid: told(401, { message: "Incorrect API key provided", code: "invalid_api_key" }),
      exhausted: told(429, { message: "You exceeded your current quota", code: "insufficient_quota" }),
      "scope-limited": told(403, { message: "Missing scopes: api.model.read", code: null }),
    },
    does: {
      "/v1/chat/completions": (body) => ({ choices: [{ message: { role: "assistant", content: reply(body) } }] }),
    },
  },
  groq: {
    key: bearer,
    probe: /^\/openai\/v1\/(?:models|chat\/completions)$/,
    answers: {
      ok: { status: 200, body: { object: "list", data: [{ id: "llama-3.1-8b-instant", object: "model" }] } },
      invalid: told(401, { message: "Invalid API Key", code: "invalid_api_key" }),
      exhausted: told(400, { message: "Spend limit reached", code: "blocked_api_access" }),
    },
    does: {
      "/openai/v1/chat/completions": (body) => ({
        choices: [{ message: { role: "assistant", content: reply(body) } }],
      }),
    },
  },
  anthropic: {
    key: header("x-api-key"),
    probe: /^\/v1\/(?:models|messages)$/,
    answers: {
      ok: { status: 200, body: { data: [{ id: "claude-haiku-4-5", type: "model" }], has_more: false } },
      invalid: told(401, { type: "authentication_error", message: "invalid x-api-key" }),
      exhausted: told(400, { type: "invalid_request_error", message: "Your credit balance is too low" }),
      "scope-limited": told(403, { type: "permission_error", message: "not allowed" }),
    },
    does: { "/v1/messages": (body) => ({ content: [{ type: "text", text: reply(body) }] }) },
  },
  openrouter: {
    key: bearer,
    probe: /^\/api\/v1\/key$/,
    answers: {
      ok: { status: 200, body: { data: { label: "stand-in", limit_remaining: 10 } } },
      invalid: told(401, { message: "User not found.", code: 401 }),
      exhausted: { status: 200, body: { data: { label: "stand-in", limit_remaining: 0 } } },
    },
  },
  google: {
    key: header("x-goog-api-key"),
    probe: /^\/v1beta\/models$/,
    answers: {
      ok: { status: 200, body: { models: [{ name: "models/gemini-2.5-flash" }] } },
      invalid: told(400, { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] }),
      "scope-limited": told(403, { code: 403, status: "PERMISSION_DENIED" }),
    },
  },
  deepgram: {
    key: bearer,
    probe: /^\/v1\/auth\/token$/,
    answers: {
      ok: { status: 200, body: { api_key_id: "stand-in", scopes: ["usage:write"] } },
      invalid: { status: 401, body: { err_code: "INVALID_AUTH", err_msg: "Invalid credentials." } },
      exhausted: { status: 402, body: { err_code: "ASR_PAYMENT_REQUIRED", err_msg: "no credit" } },
      "scope-limited": { status: 403, body: { err_code: "INSUFFICIENT_PERMISSIONS", err_msg: "not allowed" } },
    },
  },
  soniox: {
    key: bearer,
    probe: /^\/v1\/models$/,
    answers: {
      ok: { status: 200, body: { models: [{ id: "stt-rt-v3" }] } },
      invalid: { status: 401, body: { status_code: 401, error_type: "unauthenticated" } },
    },
  },
  assemblyai: {
    key: header("authorization"),
    probe: /^\/v2\/transcript$/,
    answers: {
      ok: { status: 200, body: { transcripts: [] } },
      invalid: { status: 401, body: { error: "Authentication error, API token missing/invalid" } },
    },
  },
  elevenlabs: {
    key: header("xi-api-key"),
    probe: /^\/v1\/voices$/,
    answers: {
      ok: { status: 200, body: { voices: [{ voice_id: "stand-in" }] } },
      invalid: { status: 401, body: { detail: { status: "invalid_api_key" } } },
      exhausted: { status: 401, body: { detail: { status: "quota_exceeded" } } },
      "scope-limited": { status: 401, body: { detail: { status: "missing_permissions" } } },
    },
  },
  sarvam: {
    key: header("api-subscription-key"),
    probe: /^\/text-to-speech$/,
    answers: {
      ok: told(422, { code: "unprocessable_entity_error" }),
      invalid: told(403, { code: "invalid_api_key_error" }),
      exhausted: told(429, { code: "insufficient_quota_error" }),
    },
  },
  cartesia: {
    key: bearer,
    probe: /^\/voices$/,
    answers: {
      ok: { status: 200, body: { data: [{ id: "stand-in" }] } },
      invalid: { status: 401, body: { error_code: "invalid_api_key" } },
      exhausted: { status: 402, body: { error_code: "quota_exceeded" } },
    },
  },
  twilio: {
    key: ({ authorization = "" }) => Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString("utf8"),
    probe: /^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\.json$/,
    answers: {
      ok: { status: 200, body: { status: "active", friendly_name: "stand-in" } },
      invalid: { status: 401, body: { code: 20003, message: "Authenticate" } },
    },
  },
  supabase: {
    key: header("apikey"),
    probe: /^\/auth\/v1\/(?:admin\/users|user)$/,
    answers: {
      ok: { status: 200, body: { users: [] } },
      invalid: { status: 401, body: { message: "Invalid API key" } },
      "scope-limited": { status: 403, body: { error_code: "not_admin" } },
    },
  },
};

function told(status: number, error: Readonly<Record<string, unknown>>): Told {
  return { status, body: { error } };
}

/** A model that listens well. */
function reply(body: unknown): string {
  const { messages } = (body ?? {}) as { readonly messages?: readonly { readonly content?: unknown }[] };
  const said = messages?.at(-1)?.content;
  return `you said: ${typeof said === "string" ? said : "nothing"}`;
}
