import type { Provider } from "../provider.ts";

/** Ids: Grafana, pkg/services/authn/clients/api_key.go. The admin password's variable counts at the first boot only. */
export const grafana: Provider = {
  name: "grafana",
  title: "Grafana",
  kind: "infrastructure",
  docs: "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
  fields: [
    {
      id: "token",
      label: "service account token",
      secret: true,
      names: ["GRAFANA_TOKEN", "GRAFANA_API_KEY", "GRAFANA_SERVICE_ACCOUNT_TOKEN"],
      format: {
        shape: "glsa_… of 46 characters",
        accepts: /^glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}$/,
        mark: /^glsa_/,
        refuses: [{ pattern: /^glc_/, reason: "an access policy token of Grafana Cloud" }],
      },
    },
    { id: "base", label: "URL", secret: false, names: ["GRAFANA_URL"] },
  ],
  sought: [
    { label: "service account token", anchor: "glsa_", pattern: /^glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/ },
    { label: "access policy token", anchor: "glc_eyJv", pattern: /^glc_eyJv[A-Za-z0-9+/]{60,400}={0,2}/ },
  ],
  probe: {
    kind: "http",
    base: "base",
    shown: "GET /api/org",
    call: ({ token }) => ({ method: "GET", path: "/api/org", headers: { authorization: `Bearer ${token}` } }),
    answers: [
      {
        status: 401,
        at: "messageId",
        is: /^api-key\.(?:invalid|expired|revoked)$/,
        state: "invalid",
        meaning: "Grafana does not know the token, or it has ended",
      },
      {
        status: 403,
        at: "accessErrorId",
        state: "scope-limited",
        meaning: "a valid token that may not read the organisation",
      },
      { status: 200, at: "id", state: "ok", meaning: "the organisation is shown" },
    ],
  },
};
