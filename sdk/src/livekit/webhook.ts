import { createHash } from "node:crypto";
import { KeyturnError } from "../error.ts";
import { matchSecret } from "../secret/same-secret.ts";
import { judgeTimes, readHs256 } from "../token/hs256.ts";
import type { LivekitKeyPair } from "./key-pair.ts";

export type LivekitVerdict =
  | {
      readonly kind: "valid";
      /** the parsed body */
      readonly event: unknown;
      /** which of the API keys signed it */
      readonly key: string;
    }
  | {
      readonly kind: "refused";
      readonly reason: "malformed" | "signature" | "expired" | "early" | "body";
    };

/**
 * Whether LiveKit sent this webhook. `authorization` is the header as it came: a token, without "Bearer". `body` is what was
 * received, byte for byte, before any parser. The pair is the one that the token names.
 */
export function verifyLivekitWebhook(
  pairs: readonly LivekitKeyPair[],
  request: { readonly authorization: string | undefined; readonly body: Uint8Array | string },
  { skew = 10, now = new Date() }: { readonly skew?: number; readonly now?: Date } = {},
): LivekitVerdict {
  const usable = pairs.filter(({ key, secret }) => key !== "" && secret !== "");
  if (usable.length === 0) throw new KeyturnError("key-missing", "no LiveKit key pair to verify with");
  const secretsOf = (issuer: unknown) => usable.filter(({ key }) => key === issuer).map(({ secret }) => secret);
  const read = readHs256(request.authorization ?? "", ({ iss }) => secretsOf(iss));
  if (read.kind === "refused") return read;
  const { iss, sha256 } = read.claims;
  const wrong = judgeTimes(read.claims, now, skew);
  if (wrong !== undefined) return { kind: "refused", reason: wrong };
  if (typeof sha256 !== "string") return { kind: "refused", reason: "malformed" };
  const digest = createHash("sha256").update(request.body).digest("base64");
  if (matchSecret(digest, sha256).kind === "refused") return { kind: "refused", reason: "body" };
  return parse(request.body, String(iss));
}

function parse(body: Uint8Array | string, key: string): LivekitVerdict {
  try {
    return { kind: "valid", event: JSON.parse(Buffer.from(body).toString("utf8")) as unknown, key };
  } catch {
    return { kind: "refused", reason: "malformed" };
  }
}
