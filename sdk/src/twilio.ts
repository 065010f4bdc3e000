import { createHash, createHmac } from "node:crypto";
import { matchSecret, type Accepted, type Match } from "./secret/same-secret.ts";

/** A webhook as it came. */
export interface TwilioRequest {
  /** as Twilio called it: scheme, host and query, before any proxy changed them */
  readonly url: string;
  /** the header `X-Twilio-Signature` */
  readonly signature: string | undefined;
  /** byte for byte, before any parser; empty for a GET */
  readonly body: Uint8Array | string;
}

/**
 * Whether Twilio sent this request, and which auth token signed it: 0 is the first, the current one.
 * https://www.twilio.com/docs/usage/security#validating-requests
 *
 * Promoting a secondary token ends the primary one at once, so a receiver accepts both for as long as that takes. Whether
 * the signed URL had its port differs at Twilio; both forms are tried.
 */
export function verifyTwilioRequest(tokens: Accepted, request: TwilioRequest): Match {
  const { signature = "", body } = request;
  const digest = /[?&]bodySHA256=([^&#]*)/.exec(request.url)?.[1];
  const fields = digest === undefined ? fieldsOf(body) : "";
  const secrets = typeof tokens === "string" ? [tokens] : tokens;
  const urls = [request.url, withoutPort(request.url), withPort(request.url)];
  const sign = (token: string | undefined, url: string) =>
    (token ?? "") === ""
      ? undefined
      : createHmac("sha1", token ?? "")
          .update(url + fields)
          .digest("base64");
  const match = matchSecret(
    urls.flatMap((url) => secrets.map((token) => sign(token, url))),
    signature,
  );
  if (match.kind === "refused" || (digest !== undefined && !isDigestOf(body, digest))) return { kind: "refused" };
  return { kind: "accepted", index: match.index % secrets.length };
}

/** Names in order, each with its value behind it; of a name that comes again each value once. */
function fieldsOf(body: Uint8Array | string): string {
  const fields = new URLSearchParams(Buffer.from(body).toString("utf8"));
  const names = [...new Set(fields.keys())].toSorted();
  return names.flatMap((name) => [...new Set(fields.getAll(name))].toSorted().map((value) => name + value)).join("");
}

function isDigestOf(body: Uint8Array | string, hex: string): boolean {
  return matchSecret(createHash("sha256").update(body).digest("hex"), hex.toLowerCase()).kind === "accepted";
}

function withoutPort(url: string): string {
  return url.replace(/^(https?:\/\/[^/?#]*?):\d+(?=[/?#]|$)/i, "$1");
}

function withPort(url: string): string {
  return url.replace(/^(https?):\/\/[^/?#]*/i, (origin, scheme: string) => {
    if (/:\d+$/.test(origin)) return origin;
    return `${origin}:${scheme.toLowerCase() === "https" ? 443 : 80}`;
  });
}
