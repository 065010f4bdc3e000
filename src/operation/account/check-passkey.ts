import { userHandleOf, verifyAssertion, type Assertion, type RelyingParty } from "#access";
import { AppError } from "#kernel";
import type { Account, Challenge, Passkey, Transaction } from "#store";
import type { Context } from "../context.ts";
import { countAttempt, forgive, refuse, type Attempt } from "./attempt.ts";
import { takeChallenge } from "./challenge.ts";

interface PasskeyRequest extends Omit<Challenge, "digest"> {
  readonly assertion: Assertion;
  /** of the network, as the server sees it */
  readonly address: string;
  readonly party: RelyingParty;
  /** id of the one that it has to be of; of whichever it says, where it is left out */
  readonly account?: string;
}

export interface CheckedPasskey {
  readonly account: Account;
  readonly passkey: Passkey;
  readonly counter: number;
  readonly attempt: Attempt;
}

/**
 * LOGIN_REFUSED says the same, after the same work, for a passkey that nobody has, another's signature, a challenge that is not
 * open, and an account that is disabled; LOGIN_LOCKED as for passwords, with which it shares the count of its account.
 */
export async function checkPasskey(context: Context, request: PasskeyRequest): Promise<CheckedPasskey> {
  const { assertion, address, party, holder, purpose } = request;
  const store = await context.openStore();
  const known = await store.read((tx) => tx.passkeys.find(assertion.id));
  // no account has a colon in its name
  const attempt = { name: known?.account.name ?? `passkey:${assertion.id}`, address };
  await countAttempt(context, attempt);
  const asked = await store.transaction((tx) => takeChallenge(tx, { answer: assertion, holder, purpose }));
  const challenge = asked?.challenge ?? "";
  const counter = await verifyAssertion(assertion, known?.publicKey, { party, challenge });
  const { account, passkey } = known ?? {};
  if (account === undefined || passkey === undefined || asked === undefined || counter === undefined) {
    return refusePasskey(context, attempt, account);
  }
  if (account.disabledAt !== undefined || !isOf(account, request)) return refusePasskey(context, attempt, account);
  return { account, passkey, counter, attempt };
}

/** In the transaction of what it opens. False when it was removed meanwhile, or its counter did not go on. */
export async function usePasskey(tx: Transaction, { passkey, counter, attempt }: CheckedPasskey): Promise<boolean> {
  if (!(await tx.passkeys.use(passkey.id, counter))) return false;
  await forgive(tx, attempt);
  return true;
}

/** Two authenticators may have one key: that is worth a word in the log, and none to whoever asks. */
export function refuseCounter(context: Context, { account, passkey, attempt }: CheckedPasskey): Promise<never> {
  return refusePasskey(context, attempt, account, { passkey: passkey.name, reason: "its counter did not go on" });
}

/** An authenticator that was asked for one of several may leave out whose it is; one that chose by itself must tell. */
function isOf(account: Account, { assertion: { userHandle }, account: expected }: PasskeyRequest): boolean {
  if (expected !== undefined && expected !== account.id) return false;
  return userHandle === undefined ? expected !== undefined : userHandle === userHandleOf(account.id);
}

function refusePasskey(
  context: Context,
  attempt: Attempt,
  account: Account | undefined,
  detail: Readonly<Record<string, string>> = {},
): Promise<never> {
  const error = new AppError("LOGIN_REFUSED", "this passkey opens nothing here", {
    hint: "try once more, or log in with name and password",
  });
  return refuse(context, attempt, { account, error, detail });
}
