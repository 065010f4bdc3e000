import { digestOf, everywhere, formatRoles, hashPassword, passwordFault } from "#access";
import { AppError, type Sensitive } from "#kernel";
import type { Account, Transaction } from "#store";
import type { Context } from "../context.ts";
import { putLink, type AccountLink } from "./account.ts";
import { checkIdentityName } from "./name.ts";
import { accountActor } from "./identify.ts";

export interface SetUpRequest {
  readonly secret: Sensitive;
  /** of the first account; every other one has its name already, and it must be this one */
  readonly name: string;
  readonly password: Sensitive;
}

/** The link that makes the first admin, where there is no account yet; the one before it is void. */
export async function firstLink(context: Context): Promise<AccountLink | undefined> {
  const store = await context.openStore();
  return store.transaction(async (tx) => ((await tx.accounts.list()).length === 0 ? putLink(context, tx) : undefined));
}

/**
 * Uses a link: its account gets this password, and its sessions end. LINK_INVALID once it was used; a name or password
 * that will not do leaves it as it was.
 */
export async function setUpAccount(context: Context, request: SetUpRequest): Promise<void> {
  const { name, password, secret } = request;
  checkIdentityName(name);
  const store = await context.openStore();
  // before the slow hash, which is for those who have a link
  if (!(await store.transaction((tx) => tx.accounts.hasLink(digestOf("link", secret))))) throw unknownLink();
  const fault = passwordFault(password, name);
  if (fault !== undefined) throw new AppError("PASSWORD_WEAK", `this password will not do: ${fault}`);
  const hash = await hashPassword(password);
  await store.transaction(async (tx) => {
    const account = await accountOfLink(context, tx, request);
    await tx.accounts.setPassword(account.id, hash);
    const ended = await tx.sessions.endAll(account.id);
    const actor = accountActor(name);
    await tx.audit.append({ actor, action: "account.password", subject: name, detail: { ended } });
  });
}

/** What is thrown gives the link back: the transaction ends with it. */
async function accountOfLink(
  context: Context,
  tx: Transaction,
  { secret, name }: SetUpRequest,
): Promise<Pick<Account, "id">> {
  const link = await tx.accounts.takeLink(digestOf("link", secret));
  if (link === undefined) throw unknownLink();
  if (link.account === undefined) return addFirst(context, tx, name);
  const account = await tx.accounts.find(name);
  if (account?.id !== link.account) throw new AppError("LINK_INVALID", "this link is for another account");
  return account;
}

function unknownLink(): AppError {
  return new AppError("LINK_INVALID", "this link opens nothing");
}

/** An account that the home folder made meanwhile has ended the first link's purpose. */
async function addFirst(context: Context, tx: Transaction, name: string): Promise<Pick<Account, "id">> {
  if ((await tx.accounts.list()).length > 0) throw new AppError("LINK_INVALID", "there is an account already");
  const roles = formatRoles([{ environment: everywhere, role: "admin" }]);
  const account = { id: context.makeId("acc"), name, roles, actor: accountActor(name).name };
  await tx.accounts.add(account);
  await tx.audit.append({ actor: accountActor(name), action: "account.add", subject: name, detail: { roles } });
  return account;
}
