import { covers, digestOf, everywhere, formatRoles, newSecret, type RoleAt } from "#access";
import { AppError, type Sensitive } from "#kernel";
import type { Account, Transaction } from "#store";
import { demand, demandCovers } from "../authority.ts";
import type { Context } from "../context.ts";
import { checkIdentityName, readRoles, rolesOf } from "./name.ts";

export interface ListedAccount extends Omit<Account, "roles"> {
  readonly roles: readonly RoleAt[];
  /** how many it has */
  readonly passkeys: number;
}

/** Its holder chooses how to log in, once. */
export interface AccountLink {
  readonly secret: Sensitive;
  readonly expiresAt: number;
}

/** By name. */
export async function listAccounts(context: Context): Promise<readonly ListedAccount[]> {
  demand(context, "admin", everywhere);
  const store = await context.openStore();
  const accounts = await store.transaction((tx) => tx.accounts.list());
  return accounts.map((account) => ({ ...account, roles: rolesOf(account) }));
}

/** A new account, which can't log in before its link was used. */
export async function addAccount(context: Context, name: string, roles: readonly string[]): Promise<AccountLink> {
  demand(context, "admin", everywhere);
  checkIdentityName(name);
  const given = readRoles(roles);
  demandCovers(context, given);
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const account = { id: context.makeId("acc"), name, roles: formatRoles(given), actor: context.actor.name };
    if (!(await tx.accounts.add(account))) throw new AppError("ALREADY_EXISTS", `there is an account ${name}`);
    const detail = { roles: account.roles };
    await tx.audit.append({ actor: context.actor, action: "account.add", subject: name, detail });
    return putLink(context, tx, account.id);
  });
}

/** For a lost password or passkey, or an unused link. What there is to log in with stays until the link is used. */
export async function linkAccount(context: Context, name: string): Promise<AccountLink> {
  demand(context, "admin", everywhere);
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const account = await findAccount(tx, name);
    demandCovers(context, account.roles);
    if (account.disabledAt !== undefined) throw new AppError("NOT_FOUND", `the account ${name} is disabled`);
    await tx.audit.append({ actor: context.actor, action: "account.link", subject: name, detail: {} });
    return putLink(context, tx, account.id);
  });
}

/** Takes the place of every role that the account had; holds from its next request on. */
export async function setAccountRoles(context: Context, name: string, roles: readonly string[]): Promise<void> {
  demand(context, "admin", everywhere);
  const given = readRoles(roles);
  demandCovers(context, given);
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const account = await findAccount(tx, name);
    if (!covers(given, adminEverywhere)) await refuseLastAdmin(tx, account);
    const text = formatRoles(given);
    await tx.accounts.setRoles(account.id, text);
    const detail = { roles: text, before: formatRoles(account.roles) };
    await tx.audit.append({ actor: context.actor, action: "account.role", subject: name, detail });
  });
}

/** For good: the name stays taken, because it stands in the audit log. */
export async function disableAccount(context: Context, name: string): Promise<void> {
  demand(context, "admin", everywhere);
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const account = await findAccount(tx, name);
    if (account.disabledAt !== undefined) return;
    await refuseLastAdmin(tx, account);
    await tx.accounts.disable(account.id);
    await tx.audit.append({ actor: context.actor, action: "account.disable", subject: name, detail: {} });
  });
}

/** A day: long enough to be sent, short enough to be forgotten. */
const linkLife = 24 * 60 * 60 * 1000;

/** Without an account: for the first one. */
export async function putLink(context: Context, tx: Transaction, account?: string): Promise<AccountLink> {
  const secret = newSecret();
  const expiresAt = context.clock.now() + linkLife;
  const link = { digest: digestOf("link", secret), expiresAt };
  await tx.accounts.putLink(account === undefined ? link : { ...link, account });
  return { secret, expiresAt };
}

const adminEverywhere = { environment: everywhere, role: "admin" } as const;

type KnownAccount = Omit<ListedAccount, "passkeys">;

async function findAccount(tx: Transaction, name: string): Promise<KnownAccount> {
  checkIdentityName(name);
  const found = await tx.accounts.find(name);
  if (found === undefined) {
    throw new AppError("NOT_FOUND", `there is no account ${name}`, { hint: "`keyturn account list` shows them" });
  }
  return { ...found, roles: rolesOf(found) };
}

/** Else the next one would have to come through the home folder. */
async function refuseLastAdmin(tx: Transaction, { id, name, roles }: KnownAccount): Promise<void> {
  if (!covers(roles, adminEverywhere)) return;
  const others = (await tx.accounts.list()).filter((one) => one.id !== id && one.disabledAt === undefined);
  const able = others.filter(({ hasPassword, passkeys }) => hasPassword || passkeys > 0);
  if (able.some((one) => covers(rolesOf(one), adminEverywhere))) return;
  throw new AppError("PERMISSION_DENIED", `${name} is the last admin`, { hint: "make another one first" });
}
