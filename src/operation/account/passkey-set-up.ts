import { digestOf, type RelyingParty } from "#access";
import type { Sensitive } from "#kernel";
import type { Context } from "../context.ts";
import { creationOptions, putChallenge, type CreationOptions } from "./challenge.ts";
import { accountActor } from "./identify.ts";
import { checkNewPasskey, keepPasskey, type NewPasskeyRequest } from "./keep-passkey.ts";
import { beginSession } from "./log-in.ts";
import { accountOfLink, demandLink, endWaysIn, namedByLink, unknownLink, type LinkHolder } from "./set-up.ts";

interface PasskeyHolder extends LinkHolder {
  readonly party: RelyingParty;
}

export interface PasskeySetUp extends PasskeyHolder {
  readonly passkey: NewPasskeyRequest;
  /** of the network, as the server sees it */
  readonly address: string;
}

/** For who has a link, and takes a passkey in place of a password. LINK_INVALID. */
export async function askFirstPasskey(context: Context, { party, ...holder }: PasskeyHolder): Promise<CreationOptions> {
  const { name, secret } = holder;
  await demandLink(context, holder);
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const link = await tx.accounts.findLink(digestOf("link", secret));
    if (link === undefined) throw unknownLink();
    // an authenticator is told the account's id before there is one
    const id = link.account === undefined ? context.makeId("acc") : (await namedByLink(tx, link.account, name)).id;
    const challenge = await putChallenge(context, tx, { ...holderOf(holder), purpose: "set-up", account: id });
    return creationOptions(party, { challenge, account: { id, name }, passkeys: [] });
  });
}

/**
 * Uses a link: its account gets this passkey, no password, and this session; what opened it before opens it no more.
 * LINK_INVALID, PASSKEY_INVALID and ALREADY_EXISTS leave the link as it was.
 */
export async function setUpWithPasskey(context: Context, request: PasskeySetUp): Promise<Sensitive> {
  const { name, passkey, party, address } = request;
  await demandLink(context, request);
  const checked = await checkNewPasskey(context, passkey, { ...holderOf(request), purpose: "set-up", party });
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const { id } = await accountOfLink(context, tx, request, checked.account);
    const detail = await endWaysIn(tx, { id });
    await tx.audit.append({ actor: accountActor(name), action: "account.passkey", subject: name, detail });
    await keepPasskey(context, tx, { id, name }, checked);
    return beginSession(context, tx, { account: { id, name }, detail: { address, passkey: passkey.name } });
  });
}

function holderOf({ secret }: LinkHolder): { readonly holder: string } {
  return { holder: digestOf("link", secret) };
}
