import { digestOf, everywhere, formatRoles, hashPassword, passwordFault } from "#access";
import { AppError, type Sensitive } from "#kernel";
import type { Account, Transaction } from "#store";
import type { Context } from "../context.ts";
import { putLink, type AccountLink } from "./account.ts";
import { checkIdentityName } from "./name.ts";
import { accountActor } from "./identify.ts";

export interface LinkHolder {
  readonly secret: Sensitive;
  /** of the first account; every other one has its name already, and it must be this one */
  readonly name: string;
}

export interface SetUpRequest extends LinkHolder {
  readonly password: Sensitive;
}

/** The link that makes the first admin, where there is no account yet; the one before it is void. */
export async function firstLink(context: Context): Promise<AccountLink | undefined> {
  const store = await context.openStore();
  return store.transaction(async (tx) => ((await tx.accounts.list()).length === 0 ? putLink(context, tx) : undefined));
}

/**
 * Uses a link: its account gets this password, and what opened it before opens it no more: sessions and passkeys end.
 * LINK_INVALID once it was used; a name or password that will not do leaves it as it was.
 */
export async function setUpAccount(context: Context, request: SetUpRequest): Promise<void> {
  const { name, password } = request;
  // before the slow hash, which is for those who have a link
  await demandLink(context, request);
  const fault = passwordFault(password, name);
  if (fault !== undefined) throw new AppError("PASSWORD_WEAK", `this password will not do: ${fault}`);
  const hash = await hashPassword(password);
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const account = await accountOfLink(context, tx, request);
    const ended = await endWaysIn(tx, account);
    await tx.accounts.setPassword(account.id, hash);
    await tx.audit.append({ actor: accountActor(name), action: "account.password", subject: name, detail: ended });
  });
}

export async function demandLink(context: Context, { secret, name }: LinkHolder): Promise<void> {
  checkIdentityName(name);
  const store = await context.openStore();
  if ((await store.transaction((tx) => tx.accounts.findLink(digestOf("link", secret)))) === undefined) {
    throw unknownLink();
  }
}

/** Whoever needed a link may have lost to somebody else what the account was opened with. */
export async function endWaysIn(
  tx: Transaction,
  { id }: Pick<Account, "id">,
): Promise<{ ended: number; passkeys: number }> {
  await tx.accounts.setPassword(id, undefined);
  return { ended: await tx.sessions.endAll(id), passkeys: await tx.passkeys.removeAll(id) };
}

/** What is thrown gives the link back: the transaction ends with it. */
export async function accountOfLink(
  context: Context,
  tx: Transaction,
  { secret, name }: LinkHolder,
  id?: string,
): Promise<Pick<Account, "id">> {
  const link = await tx.accounts.takeLink(digestOf("link", secret));
  if (link === undefined) throw unknownLink();
  return link.account === undefined ? addFirst(context, tx, { name, id }) : namedByLink(tx, link.account, name);
}

export async function namedByLink(tx: Transaction, id: string, name: string): Promise<Pick<Account, "id">> {
  const account = await tx.accounts.find(name);
  if (account?.id !== id) throw new AppError("LINK_INVALID", "this link is for another account");
  return account;
}

export function unknownLink(): AppError {
  return new AppError("LINK_INVALID", "this link opens nothing");
}

/** An account that the home folder made meanwhile has ended the first link's purpose. */
async function addFirst(
  context: Context,
  tx: Transaction,
  { name, id = context.makeId("acc") }: { readonly name: string; readonly id: string | undefined },
): Promise<Pick<Account, "id">> {
  if ((await tx.accounts.list()).length > 0) throw new AppError("LINK_INVALID", "there is an account already");
  const roles = formatRoles([{ environment: everywhere, role: "admin" }]);
  await tx.accounts.add({ id, name, roles, actor: accountActor(name).name });
  await tx.audit.append({ actor: accountActor(name), action: "account.add", subject: name, detail: { roles } });
  return { id };
}
