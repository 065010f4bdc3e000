import type { CredentialFormat } from "#leak";

/** `{"alg":`, `{"typ":`, `{"kid":`, `{"cty":`, `{"enc":`, `{"x5t` as base64 writes them */
const anchors = ["eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi", "eyJjdHkiOi", "eyJlbmMiOi", "eyJ4NXQi"];

/**
 * A signed JSON Web Token (RFC 7519) that is good at `now`, or for ever. Not those of documentation, and none that say that they
 * are for browsers. There is no tag: who knows what one says can try secrets by it.
 */
export function webToken(now: number): CredentialFormat {
  return {
    name: "json-web-token",
    anchors,
    reach: 4096,
    read: ({ before, text }) => {
      const [whole, header = "", payload = ""] = /^(eyJ[\w-]{8,})\.(eyJ[\w-]{8,})\.[\w-]{20,}/.exec(text) ?? [];
      if (whole === undefined || /[\w-]$/.test(before.replace(/\\[nrt]$/, ""))) return undefined;
      const { alg } = objectIn(header);
      const claims = objectIn(payload);
      if (typeof alg !== "string" || alg === "none" || isEnded(claims, now) || isShown(claims)) return undefined;
      return { lead: 0, length: whole.length };
    },
  };
}

function objectIn(part: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof found === "object" && found !== null ? (found as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function isEnded({ exp }: Readonly<Record<string, unknown>>, now: number): boolean {
  return typeof exp === "number" && exp * 1000 < now;
}

const registered: readonly string[] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/** jwt.io's, RFC 7519's, a key of Supabase that browsers get; one that says nothing of itself is a manual's */
function isShown(claims: Readonly<Record<string, unknown>>): boolean {
  const { sub, iss, role } = claims;
  if (!registered.some((name) => Object.hasOwn(claims, name))) return true;
  return sub === "1234567890" || iss === "joe" || role === "anon" || iss === "supabase-demo";
}
