import { verifyAttestation, type Attestation, type NewKey, type RelyingParty } from "#access";
import { AppError } from "#kernel";
import type { Account, Challenge, Transaction } from "#store";
import type { Context } from "../context.ts";
import { takeChallenge } from "./challenge.ts";
import { accountActor } from "./identify.ts";

export interface NewPasskeyRequest {
  /** what its holder calls it */
  readonly name: string;
  readonly attestation: Attestation;
}

interface Asked extends Omit<Challenge, "digest"> {
  readonly party: RelyingParty;
}

interface CheckedNewPasskey extends NewPasskeyRequest {
  readonly key: NewKey;
  /** id of the account that it was made for */
  readonly account: string;
}

/** PASSKEY_INVALID unless it answers an open challenge of this holder and purpose. */
export async function checkNewPasskey(
  context: Context,
  request: NewPasskeyRequest,
  { party, ...asked }: Asked,
): Promise<CheckedNewPasskey> {
  const { attestation } = request;
  const store = await context.openStore();
  const taken = await store.transaction((tx) => takeChallenge(tx, { answer: attestation, ...asked }));
  const key = taken && (await verifyAttestation(attestation, { party, challenge: taken.challenge }));
  if (taken?.account === undefined || key === undefined) throw invalid();
  return { ...request, key, account: taken.account };
}

/** PASSKEY_INVALID for another account than it was made for; ALREADY_EXISTS. */
export async function keepPasskey(
  context: Context,
  tx: Transaction,
  { id: account, name: subject }: Pick<Account, "id" | "name">,
  { name, attestation: { transports }, key, account: expected }: CheckedNewPasskey,
): Promise<{ readonly id: string }> {
  if (account !== expected) throw invalid();
  const id = context.makeId("psk");
  if (!(await tx.passkeys.add({ id, account, name, transports, ...key }))) {
    throw new AppError("ALREADY_EXISTS", "this passkey is known already");
  }
  const detail = { passkey: name, id };
  await tx.audit.append({ actor: accountActor(subject), action: "passkey.add", subject, detail });
  return { id };
}

function invalid(): AppError {
  return new AppError("PASSKEY_INVALID", "what the authenticator sent answers no question of this server");
}
