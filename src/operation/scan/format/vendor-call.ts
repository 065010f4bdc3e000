import type { Credential, CredentialFormat } from "#leak";
import { tagOf } from "./invented.ts";
import { nameOf, vendorSecrets, type VendorSecret } from "./vendor-secret.ts";

/**
 * A key in a call of its vendor's API, with the address near: `Authorization: Token …` and `api.deepgram.com`. Such a header alone
 * may hold anybody's.
 */
export const vendorCall: CredentialFormat = {
  name: "vendor call",
  anchors: ["uthorization", "x-api-key", "X-API-Key", "X-Api-Key", "api-key: ", '"api-key"', "'api-key'"],
  reach: 500,
  read: ({ before, text }) => {
    const [head, value = ""] = header.exec(text) ?? [];
    if (head === undefined || /[\w-]$/.test(before.slice(0, -1))) return undefined;
    const near = before + text;
    const vendor = vendorSecrets.find(
      (one) => hostsOf(one).some((host) => near.includes(host)) && takes(one, head, value),
    );
    if (vendor === undefined) return undefined;
    const kind = nameOf(vendor);
    return { lead: value.length - head.length, length: head.length, kind, tag: tagOf(kind, value) };
  },
};

/** A Twilio account's token beside its number, as `curl -u` has the two. */
export const accountToken: CredentialFormat = {
  name: "twilio auth token, by its place",
  anchors: ["api.twilio.com"],
  reach: 500,
  read: ({ before, text }) => {
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const pair = /(?<![0-9A-Za-z])AC[0-9a-f]{32}:([0-9a-f]{32})(?![0-9A-Za-z])/;
    return pairIn(pair.exec(text), 0) ?? pairIn(pair.exec(line), line.length);
  },
};

function pairIn(found: RegExpExecArray | null, from: number): Credential | undefined {
  const [whole = "", token = ""] = found ?? [];
  if (found === null || !twilio?.fits(token)) return undefined;
  const start = found.index + whole.length - token.length - from;
  const kind = nameOf(twilio);
  return { lead: -start, length: start + token.length, tag: tagOf(kind, token) };
}

const twilio = vendorSecrets.find(({ provider }) => provider.name === "twilio");

const header =
  /^(?:uthorization|[Xx]-[Aa][Pp][Ii]-[Kk]ey|["']?api-key)["'`]?\]?[ \t]{0,8}(?::|=>?|,)?[ \t]{0,8}[bfru]?["'`]?(?:(?:Token|Bearer|token|bearer) )?([\w+/=.~-]{20,200})(?![\w+/=.~-])/;

function hostsOf({ provider: { hosts = [], probe } }: VendorSecret): readonly string[] {
  return probe.kind === "http" && probe.origin !== undefined ? [new URL(probe.origin).host, ...hosts] : hosts;
}

function takes({ headers, fits }: VendorSecret, head: string, value: string): boolean {
  if (!fits(value)) return false;
  const before = head.slice(0, -value.length).toLowerCase();
  return headers.some(({ name, scheme }) => before.includes(name.slice(1)) && before.endsWith(scheme.toLowerCase()));
}
