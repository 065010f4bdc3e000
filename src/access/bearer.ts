import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { Sensitive } from "#kernel";

/** Of service tokens: what a scanner looks for. */
const tokenPrefix = "keyturn_";

/** 256 random bits in base64url, for sessions and one-time links. */
export function newSecret(): Sensitive {
  return Sensitive.of(randomBytes(32).toString("base64url"));
}

/** `keyturn_`, 240 random bits in base64url, and a checksum by which a scanner tells a real one from an example. */
export function newToken(): Sensitive {
  const body = randomBytes(30).toString("base64url");
  return Sensitive.of(`${tokenPrefix}${body}${checksum(body)}`);
}

/** Tells a mistyped or invented token without a look into the store. */
export function isToken(secret: Sensitive): boolean {
  const [, body, sum] = /^keyturn_([\w-]{40})([0-9a-f]{8})$/.exec(secret.reveal().toString("latin1")) ?? [];
  return body !== undefined && sum === checksum(body);
}

type Kind = "session" | "link" | "token" | "visit" | "challenge";

/** What is kept of a secret that is random enough to need no slow hash: SHA-256, hex. The kind keeps one from passing for another. */
export function digestOf(kind: Kind, secret: Sensitive): string {
  return createHash("sha256").update(`keyturn ${kind} `).update(secret.reveal()).digest("hex");
}

/** Sent back by a page with each change; follows from the session's secret, which other pages don't have. */
export function formTokenOf(session: Sensitive): string {
  return createHash("sha256").update("keyturn form ").update(session.reveal()).digest("base64url");
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}
