import { digestOf, type Assertion, type RelyingParty } from "#access";
import { AppError, type Sensitive } from "#kernel";
import type { Account, Transaction } from "#store";
import type { Context } from "../context.ts";
import { putChallenge, requestOptions, type RequestOptions } from "./challenge.ts";
import { checkPasskey, refuseCounter, usePasskey } from "./check-passkey.ts";
import { provePassword } from "./log-in.ts";

/** An account that is logged in, and the session it has. */
export interface Visitor {
  readonly name: string;
  readonly session: Sensitive;
  /** of the network, as the server sees it */
  readonly address: string;
  readonly party: RelyingParty;
}

/** What an open session alone does not give: its holder is here, now. */
export type Proof =
  | { readonly kind: "password"; readonly password: Sensitive }
  /** answers a challenge of {@link askProof} */
  | { readonly kind: "passkey"; readonly assertion: Assertion };

/** NOT_FOUND for an account without a passkey. */
export async function askProof(context: Context, visitor: Visitor): Promise<RequestOptions> {
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const account = await ownAccount(tx, visitor);
    const passkeys = await tx.passkeys.list(account.id);
    if (passkeys.length === 0) throw new AppError("NOT_FOUND", `${visitor.name} has no passkey`, { hint: addHint });
    const challenge = await putChallenge(context, tx, { ...holderOf(visitor), purpose: "prove", account: account.id });
    return requestOptions(visitor.party, challenge, passkeys);
  });
}

/** Under the limits of a log-in: LOGIN_REFUSED, LOGIN_LOCKED. */
export async function prove(context: Context, visitor: Visitor, proof: Proof): Promise<void> {
  const { name, address, party } = visitor;
  if (proof.kind === "password") return provePassword(context, { name, address, password: proof.password });
  const store = await context.openStore();
  const { id } = await store.read((tx) => ownAccount(tx, visitor));
  const request = { address, party, assertion: proof.assertion, ...holderOf(visitor), account: id };
  const checked = await checkPasskey(context, { ...request, purpose: "prove" });
  const used = await store.transaction((tx) => usePasskey(tx, checked));
  if (!used) await refuseCounter(context, checked);
}

export function holderOf({ session }: Visitor): { readonly holder: string } {
  return { holder: digestOf("session", session) };
}

/** LOGIN_NEEDED when it is none by now. */
export async function ownAccount(tx: Pick<Transaction, "accounts">, { name }: Visitor): Promise<Account> {
  const account = await tx.accounts.find(name);
  if (account === undefined || account.disabledAt !== undefined)
    throw new AppError("LOGIN_NEEDED", "the session is over");
  return account;
}

const addHint = "the console's account menu adds one";
