import { AppError } from "#kernel";
import type { Passkey } from "#store";
import type { Context } from "../context.ts";
import { creationOptions, putChallenge, type CreationOptions } from "./challenge.ts";
import { accountActor } from "./identify.ts";
import { checkNewPasskey, keepPasskey, type NewPasskeyRequest } from "./keep-passkey.ts";
import { holderOf, ownAccount, prove, type Proof, type Visitor } from "./prove.ts";

export interface OwnPasskeys {
  readonly passkeys: readonly Pick<Passkey, "id" | "name" | "createdAt" | "usedAt">[];
  readonly hasPassword: boolean;
}

/** How the visitor can log in. */
export async function listPasskeys(context: Context, visitor: Visitor): Promise<OwnPasskeys> {
  const store = await context.openStore();
  return store.read(async (tx) => {
    const { id, hasPassword } = await ownAccount(tx, visitor);
    return { passkeys: await tx.passkeys.list(id), hasPassword };
  });
}

/** The proof comes before the passkey: else whoever finds an open session could make a way in that stays. */
export async function askNewPasskey(context: Context, visitor: Visitor, proof: Proof): Promise<CreationOptions> {
  await prove(context, visitor, proof);
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const account = await ownAccount(tx, visitor);
    const challenge = await putChallenge(context, tx, { ...holderOf(visitor), purpose: "add", account: account.id });
    return creationOptions(visitor.party, { challenge, account, passkeys: await tx.passkeys.list(account.id) });
  });
}

/** PASSKEY_INVALID unless it answers a challenge of {@link askNewPasskey}; ALREADY_EXISTS. */
export async function addPasskey(
  context: Context,
  visitor: Visitor,
  request: NewPasskeyRequest,
): Promise<{ readonly id: string }> {
  const answered = await checkNewPasskey(context, request, {
    ...holderOf(visitor),
    purpose: "add",
    party: visitor.party,
  });
  const store = await context.openStore();
  return store.transaction(async (tx) => keepPasskey(context, tx, await ownAccount(tx, visitor), answered));
}

/** For who proves it again, as it is with adding; PERMISSION_DENIED for the last way to log in. */
export async function removePasskey(
  context: Context,
  visitor: Visitor,
  { id, proof }: { readonly id: string; readonly proof: Proof },
): Promise<void> {
  await prove(context, visitor, proof);
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const account = await ownAccount(tx, visitor);
    const passkeys = await tx.passkeys.list(account.id);
    const passkey = passkeys.find((one) => one.id === id);
    if (passkey === undefined) throw new AppError("NOT_FOUND", "you have no such passkey");
    if (passkeys.length === 1 && !account.hasPassword) throw lastWay(account.name);
    await tx.passkeys.remove(id);
    const entry = { actor: accountActor(account.name), action: "passkey.remove", subject: account.name };
    await tx.audit.append({ ...entry, detail: { passkey: passkey.name, id } });
  });
}

function lastWay(name: string): AppError {
  return new AppError("PERMISSION_DENIED", `${name} has no other way to log in`, { hint: "add another passkey first" });
}
