import type { Provider } from "../provider.ts";

/** A JWT with `"role":"anon"` in its claims; base64 has three forms of it, by where it begins. */
const anonymous = /^eyJ[\w-]+\.[\w-]*(?:InJvbGUiOiJhbm9uI|Jyb2xlIjoiYW5vbi|icm9sZSI6ImFub24i)/;

/**
 * Headers: Supabase's page on API keys: `sb_secret_` goes in `apikey` alone, and a browser's user agent is refused. The
 * gateway answers an unknown key with "Invalid API key"; GoTrue a wrong JWT with `bad_jwt`, one without the role with
 * `not_admin`.
 */
export const supabase: Provider = {
  name: "supabase",
  title: "Supabase",
  kind: "infrastructure",
  docs: "https://supabase.com/docs/guides/api/api-keys",
  fields: [
    {
      id: "key",
      label: "secret key",
      secret: true,
      names: ["SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SERVICE_KEY"],
      format: {
        shape: "sb_secret_…, or the older service_role JWT",
        accepts: /^(?:sb_secret_\S{16,}|eyJ[\w-]+\.[\w-]+\.[\w-]+)$/,
        mark: /^sb_(?:secret|publishable)_/,
        refuses: [
          { pattern: /^sb_publishable_/, reason: "a publishable key, which is for browsers" },
          { pattern: anonymous, reason: "the anon key, which is for browsers" },
          { pattern: /^sbp_/, reason: "an access token of the management API" },
        ],
      },
    },
    {
      id: "base",
      label: "project URL",
      secret: false,
      names: ["SUPABASE_URL"],
      format: { shape: "https://REF.supabase.co", accepts: /^https?:\/\/\S+$/ },
    },
  ],
  sought: [
    { label: "secret key", anchor: "sb_secret_", pattern: /^sb_secret_[\w-]{20,80}/ },
    { label: "access token of the management API", anchor: "sbp_", pattern: /^sbp_[0-9a-f]{40}/ },
  ],
  probe: {
    kind: "http",
    base: "base",
    shown: "GET /auth/v1/admin/users?per_page=1, header apikey",
    call: ({ key = "" }) => ({
      method: "GET",
      path: "/auth/v1/admin/users?page=1&per_page=1",
      headers: { apikey: key, ...(key.startsWith("eyJ") ? { authorization: `Bearer ${key}` } : {}) },
    }),
    answers: [
      {
        status: 401,
        at: "message",
        is: /^(?:Invalid API key|Invalid authentication credentials)$/,
        state: "invalid",
        meaning: "the project does not know the key",
      },
      {
        status: [401, 403],
        at: "error_code",
        is: "bad_jwt",
        state: "invalid",
        meaning: "the JWT is not signed by this project, or has expired",
      },
      {
        status: [401, 403],
        at: "error_code",
        is: "not_admin",
        state: "scope-limited",
        meaning: "a valid key without the service role",
      },
      { status: 200, at: "users", state: "ok", meaning: "users may be listed" },
    ],
  },
  migrations: [
    {
      field: "key",
      pattern: /^eyJ/,
      deadline: "2026-12-31",
      message: "Supabase ends its JWT keys in 2026: make one that begins with sb_secret_",
    },
  ],
};
