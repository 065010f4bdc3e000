import type { Provider } from "../provider.ts";
import { accountField, basic } from "./twilio.ts";

/** Codes: Twilio's error dictionary; 70051 is a restricted key without the permission. Such a key checks no webhook. */
export const twilioApiKey: Provider = {
  name: "twilio-api-key",
  title: "Twilio, API key",
  kind: "telephony",
  docs: "https://console.twilio.com/us1/account/keys-credentials/api-keys",
  fields: [
    { id: "secret", label: "API key secret", secret: true, names: ["TWILIO_API_SECRET", "TWILIO_API_KEY_SECRET"] },
    {
      id: "key",
      label: "API key SID",
      secret: false,
      names: ["TWILIO_API_KEY", "TWILIO_API_KEY_SID"],
      format: {
        shape: "SK and 32 hexadecimal digits",
        accepts: /^SK[0-9a-fA-F]{32}$/,
        mark: /^SK[0-9a-fA-F]{32}$/,
        refuses: [{ pattern: /^AC[0-9a-f]{32}$/, reason: "the SID of an account, not of an API key" }],
      },
    },
    accountField(),
  ],
  probe: {
    kind: "http",
    origin: "https://api.twilio.com/2010-04-01",
    shown: "GET /2010-04-01/Accounts/{AC}/Messages.json?PageSize=1, Basic",
    call: ({ account = "", key = "", secret = "" }) => ({
      method: "GET",
      path: `/Accounts/${encodeURIComponent(account)}/Messages.json?PageSize=1`,
      headers: { authorization: basic(key, secret) },
    }),
    answers: [
      { status: 401, at: "code", is: "20003", state: "invalid", meaning: "key and secret do not belong together" },
      {
        status: [401, 403],
        at: "code",
        is: "70051",
        state: "scope-limited",
        meaning: "a restricted key that may not read messages",
      },
      { status: [401, 403], at: "code", is: "20403", state: "blocked", meaning: "the account is suspended" },
      { status: 200, at: "messages", state: "ok", meaning: "messages are listed" },
    ],
  },
};
