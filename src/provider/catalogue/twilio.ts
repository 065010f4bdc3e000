import type { Provider } from "../provider.ts";

/** Codes: Twilio's error dictionary, 20003 and 20403; `status` of an account: its API reference. */
export const twilio: Provider = {
  name: "twilio",
  title: "Twilio, auth token",
  kind: "telephony",
  docs: "https://console.twilio.com",
  fields: [
    {
      id: "token",
      label: "auth token",
      secret: true,
      names: ["TWILIO_AUTH_TOKEN"],
      format: {
        shape: "32 hexadecimal digits",
        accepts: /^[0-9a-f]{32}$/,
        refuses: [
          { pattern: /^SK[0-9a-fA-F]{32}$/, reason: "the SID of an API key, which belongs into TWILIO_API_KEY" },
          { pattern: /^AC[0-9a-f]{32}$/, reason: "the SID of an account, which belongs into TWILIO_ACCOUNT_SID" },
        ],
      },
    },
    accountField(),
  ],
  hosts: ["api.twilio.com"],
  probe: {
    kind: "http",
    origin: "https://api.twilio.com/2010-04-01",
    shown: "GET /2010-04-01/Accounts/{AC}.json, Basic",
    call: ({ account = "", token }) => ({
      method: "GET",
      path: `/Accounts/${encodeURIComponent(account)}.json`,
      headers: { authorization: basic(account, token ?? "") },
    }),
    answers: [
      { status: 401, at: "code", is: "20003", state: "invalid", meaning: "SID and token do not belong together" },
      { status: [401, 403], at: "code", is: "20403", state: "blocked", meaning: "the account is suspended" },
      { status: 200, at: "status", is: "active", state: "ok", meaning: "the account is active" },
      { status: 200, at: "status", is: "suspended", state: "blocked", meaning: "the account is suspended" },
      { status: 200, at: "status", is: "closed", state: "blocked", meaning: "the account is closed" },
    ],
  },
};

export function accountField(): Provider["fields"][number] {
  return {
    id: "account",
    label: "account SID",
    secret: false,
    names: ["TWILIO_ACCOUNT_SID"],
    format: {
      shape: "AC and 32 hexadecimal digits",
      accepts: /^AC[0-9a-f]{32}$/,
      mark: /^AC[0-9a-f]{32}$/,
      refuses: [{ pattern: /^SK[0-9a-fA-F]{32}$/, reason: "the SID of an API key, not of the account" }],
    },
  };
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}
