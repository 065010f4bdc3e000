import { createHmac } from "node:crypto";
import { matchSecret } from "../secret/same-secret.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** A JWT (RFC 7519) of one algorithm: HMAC with SHA-256. What the header of a token asks for changes nothing about that. */
export type Signed =
  | { readonly kind: "signed"; readonly claims: Claims; readonly index: number }
  | { readonly kind: "refused"; readonly reason: "malformed" | "signature" };

const longest = 16 * 1024;
const header = encode({ alg: "HS256", typ: "JWT" });

export function signHs256(claims: Claims, key: string): string {
  const signed = `${header}.${encode(claims)}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

/**
 * The claims, and which of the keys signed them; `chooseKeys` sees claims that nobody has vouched for. Signatures are
 * compared as text, so that of the texts that decode to the same bytes one alone passes.
 */
export function readHs256(token: string, chooseKeys: (unproved: Claims) => readonly string[]): Signed {
  const [head = "", payload = "", signature = "", ...more] = token.length > longest ? [] : token.split(".");
  const claims = decode(payload);
  if (claims === undefined || more.length > 0 || !isPlainHeader(decode(head))) {
    return { kind: "refused", reason: "malformed" };
  }
  const signatures = chooseKeys(claims).map((key) => signatureOf(`${head}.${payload}`, key));
  const match = signatures.length === 0 ? undefined : matchSecret(signatures, signature);
  if (match?.kind !== "accepted") return { kind: "refused", reason: "signature" };
  return { kind: "signed", claims, index: match.index };
}

/** Without `exp` a token is malformed. `skew` is in seconds, for clocks that differ; one that is no number lets nothing pass. */
export function judgeTimes(claims: Claims, now: Date, skew: number): "malformed" | "expired" | "early" | undefined {
  const { exp, nbf = -Infinity } = claims;
  const seconds = now.getTime() / 1000;
  if (typeof exp !== "number" || typeof nbf !== "number") return "malformed";
  if (!(exp + skew > seconds)) return "expired";
  return nbf - skew <= seconds ? undefined : "early";
}

export function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** An extension that must be understood (`crit`) is not. */
function isPlainHeader(head: Claims | undefined): boolean {
  return head?.["alg"] === "HS256" && head["crit"] === undefined;
}

function signatureOf(signed: string, key: string): string {
  return createHmac("sha256", key).update(signed).digest("base64url");
}

function encode(value: Claims): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
