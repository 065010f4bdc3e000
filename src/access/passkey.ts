import { randomBytes } from "node:crypto";

/** Whom a browser makes passkeys for: a name, and the one origin whose pages may ask. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** What an authenticator says when it has made a key pair. Binary parts are base64url, as in WebAuthn's own JSON. */
export interface Attestation {
  readonly id: string;
  readonly clientDataJSON: string;
  readonly attestationObject: string;
  readonly transports: readonly string[];
}

/** What an authenticator says, and signs, with a key pair that it has. */
export interface Assertion {
  readonly id: string;
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  /** what the account was called when the key pair was made */
  readonly userHandle?: string;
}

export interface NewKey {
  readonly credential: string;
  /** COSE */
  readonly publicKey: Uint8Array;
  readonly counter: number;
}

interface Asked {
  readonly party: RelyingParty;
  /** that this is an answer to */
  readonly challenge: string;
}

/** What an authenticator has to sign, so that what it signed before serves nobody: 256 random bits in base64url. */
export function newChallenge(): string {
  return randomBytes(32).toString("base64url");
}

/** The challenge that an authenticator says it was given; empty where nothing of the kind can be read. */
export function challengeIn({ clientDataJSON }: { readonly clientDataJSON: string }): string {
  try {
    const data = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString("utf8")) as {
      challenge?: unknown;
    } | null;
    return typeof data?.challenge === "string" ? data.challenge : "";
  } catch {
    return "";
  }
}

/** EdDSA, ES256, RS256 */
export const algorithms = [-8, -7, -257];

/**
 * Undefined unless it answers this challenge, at our own origin, and its holder was there and known to it. Nobody asks
 * where an authenticator comes from: a certificate is not looked at, and one that sends some all the same is refused.
 */
export async function verifyAttestation(attestation: Attestation, asked: Asked): Promise<NewKey | undefined> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const { id, clientDataJSON, attestationObject } = attestation;
  return unlessRefused(async () => {
    if (!(await isPlain(attestationObject))) return undefined;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...envelope(id), response: { clientDataJSON, attestationObject } },
      ...expectations(asked),
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified || registrationInfo.credential.id !== id) return undefined;
    const { publicKey, counter } = registrationInfo.credential;
    return { credential: id, publicKey, counter };
  });
}

/**
 * The authenticator's counter; undefined as above, and for another key. Without a key (nobody has this passkey) the same work is
 * done with one that opens nothing. Whether the counter is further than before is the store's to say.
 */
export async function verifyAssertion(
  { id, clientDataJSON, authenticatorData, signature }: Assertion,
  publicKey: Uint8Array | undefined,
  asked: Asked,
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  return unlessRefused(async () => {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...envelope(id), response: { clientDataJSON, authenticatorData, signature } },
      ...expectations(asked),
      credential: { id, publicKey: Uint8Array.from(publicKey ?? nobody), counter: 0 },
    });
    return verified && publicKey !== undefined ? authenticationInfo.newCounter : undefined;
  });
}

/** A user handle is bytes: here those of the account's id, which says nothing about its holder. */
export function userHandleOf(account: string): string {
  return Buffer.from(account, "utf8").toString("base64url");
}

function envelope(id: string) {
  return { id, rawId: id, type: "public-key" as const, clientExtensionResults: {} };
}

function expectations({ party, challenge }: Asked) {
  return {
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  };
}

/** Without a chain of certificates, for which the library would ask the network whether they were revoked. */
async function isPlain(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await import("@simplewebauthn/server/helpers");
  const decoded = decodeAttestationObject(Uint8Array.from(Buffer.from(attestationObject, "base64url")));
  const format = decoded.get("fmt");
  return format === "none" || (format === "packed" && decoded.get("attStmt").get("x5c") === undefined);
}

/** The library throws whatever it does not like, in texts that hold what was sent. */
async function unlessRefused<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** P-256's base point, in COSE. */
const nobody = Buffer.from(
  "a5010203262001215820" +
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296225820" +
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
  "hex",
);
