import { algorithms, challengeIn, digestOf, newChallenge, userHandleOf, type RelyingParty } from "#access";
import { Sensitive } from "#kernel";
import type { Challenge, Passkey, Transaction } from "#store";
import type { Context } from "../context.ts";

/** For `navigator.credentials.get`, in WebAuthn's own JSON. */
export interface RequestOptions {
  readonly challenge: string;
  readonly rpId: string;
  readonly timeout: number;
  readonly userVerification: "required";
  readonly allowCredentials: readonly Descriptor[];
}

/** For `navigator.credentials.create`. */
export interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly pubKeyCredParams: readonly { readonly type: "public-key"; readonly alg: number }[];
  readonly timeout: number;
  readonly excludeCredentials: readonly Descriptor[];
  readonly authenticatorSelection: {
    readonly residentKey: "required";
    readonly requireResidentKey: true;
    readonly userVerification: "required";
  };
  readonly attestation: "none";
}

interface Descriptor {
  readonly type: "public-key";
  readonly id: string;
  readonly transports: readonly string[];
}

/** Milliseconds: as long as WebAuthn advises for a person who has to be recognised. */
const challengeLife = 5 * 60 * 1000;

interface NewChallenge extends Omit<Challenge, "digest"> {
  /** id of the one that it is about, where that is known */
  readonly account?: string;
}

/** A new one, kept as a digest: whoever reads the store can't answer it. */
export async function putChallenge({ clock }: Context, tx: Transaction, challenge: NewChallenge): Promise<string> {
  const text = newChallenge();
  await tx.challenges.put({ ...challenge, digest: digestOfChallenge(text), expiresAt: clock.now() + challengeLife });
  return text;
}

interface Answered extends Omit<Challenge, "digest"> {
  readonly answer: { readonly clientDataJSON: string };
}

/** The challenge that was answered, with the account it was about; undefined for one that is used, too old or another's. */
export async function takeChallenge(
  tx: Transaction,
  { answer, holder, purpose }: Answered,
): Promise<{ readonly challenge: string; readonly account?: string } | undefined> {
  const challenge = challengeIn(answer);
  const taken = await tx.challenges.take({ digest: digestOfChallenge(challenge), holder, purpose });
  return taken === undefined ? undefined : { challenge, ...taken };
}

/** Without passkeys of an account, whichever the authenticator has for this server. */
export function requestOptions(
  { id }: RelyingParty,
  challenge: string,
  passkeys: readonly Passkey[] = [],
): RequestOptions {
  return {
    challenge,
    rpId: id,
    timeout: challengeLife,
    userVerification: "required",
    allowCredentials: passkeys.map(descriptorOf),
  };
}

interface CreationRequest {
  readonly challenge: string;
  readonly account: { readonly id: string; readonly name: string };
  /** those that the account has: an authenticator holds one of an account */
  readonly passkeys: readonly Passkey[];
}

export function creationOptions(
  { id }: RelyingParty,
  { challenge, account, passkeys }: CreationRequest,
): CreationOptions {
  return {
    challenge,
    rp: { id, name: "Keyturn" },
    user: { id: userHandleOf(account.id), name: account.name, displayName: account.name },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: challengeLife,
    excludeCredentials: passkeys.map(descriptorOf),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
  };
}

function descriptorOf({ credential, transports }: Passkey): Descriptor {
  return { type: "public-key", id: credential, transports };
}

function digestOfChallenge(text: string): string {
  return digestOf("challenge", Sensitive.of(text));
}
