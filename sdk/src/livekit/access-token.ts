import { KeyturnError } from "../error.ts";
import { secondsOf, signHs256 } from "../token/hs256.ts";
import type { LivekitKeyPair } from "./key-pair.ts";

/** https://docs.livekit.io/home/get-started/authentication/ */
export interface LivekitGrants {
  readonly identity?: string;
  readonly name?: string;
  readonly metadata?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly video?: LivekitVideoGrant;
  readonly sip?: { readonly admin?: boolean; readonly call?: boolean };
}

export interface LivekitVideoGrant {
  readonly room?: string;
  readonly roomJoin?: boolean;
  readonly roomCreate?: boolean;
  readonly roomList?: boolean;
  readonly roomAdmin?: boolean;
  readonly roomRecord?: boolean;
  readonly ingressAdmin?: boolean;
  readonly canPublish?: boolean;
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
  readonly canPublishSources?: readonly ("camera" | "microphone" | "screen_share" | "screen_share_audio")[];
  readonly canUpdateOwnMetadata?: boolean;
  readonly hidden?: boolean;
  readonly agent?: boolean;
}

const sixHours = 6 * 60 * 60;

/** An access token for LiveKit, for `lifetime` seconds, six hours by default. */
export function signLivekitToken(
  pair: LivekitKeyPair,
  grants: LivekitGrants,
  { lifetime = sixHours, now = new Date() }: { readonly lifetime?: number; readonly now?: Date } = {},
): string {
  if (pair.key === "" || pair.secret === "")
    throw new KeyturnError("key-missing", "no LiveKit key or secret to sign with");
  const { identity, ...rest } = grants;
  if (grants.video?.roomJoin === true && (identity ?? "") === "") {
    throw new KeyturnError("name-invalid", "who joins a room needs an identity");
  }
  const nbf = secondsOf(now);
  const subject = identity === undefined ? {} : { sub: identity };
  return signHs256({ ...rest, ...subject, iss: pair.key, nbf, exp: nbf + lifetime }, pair.secret);
}
