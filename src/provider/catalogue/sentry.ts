import type { Provider } from "../provider.ts";

/** Sentry's page on DSNs: public by design, so there is nothing to prove but its form; empty turns reporting off. */
export const sentry: Provider = {
  name: "sentry",
  title: "Sentry DSN",
  kind: "infrastructure",
  docs: "https://docs.sentry.io/concepts/key-terms/dsn-explainer/",
  fields: [
    {
      id: "dsn",
      label: "DSN",
      secret: false,
      names: ["SENTRY_DSN"],
      format: {
        shape: "https://KEY@HOST/PROJECT",
        accepts: /^https:\/\/[0-9a-zA-Z]+@[^\s/@]+\/(?:\S+\/)?\d+$/,
        refuses: [{ pattern: /^sntry[su]_/, reason: "an auth token of Sentry, which is a secret and no DSN" }],
      },
    },
  ],
  sought: [
    { label: "auth token", anchor: "sntrys_eyJ", pattern: /^sntrys_eyJ[A-Za-z0-9+/=]{60,400}_[A-Za-z0-9+/]{43}/ },
    { label: "auth token", anchor: "sntryu_", pattern: /^sntryu_[0-9a-f]{64}/ },
  ],
  probe: {
    kind: "parse",
    shown: "its form only: a DSN is public",
    read: ({ dsn = "" }) =>
      /^https?:\/\/[0-9a-zA-Z]+@[^\s/@]+\/(?:\S+\/)?\d+$/.test(dsn)
        ? { state: "ok", meaning: "it has the form of a DSN; nobody was asked" }
        : { state: "inconclusive", meaning: "it has not the form of a DSN" },
  },
};
