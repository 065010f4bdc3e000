import { createHash } from "node:crypto";
import { digestOf, hashPassword, newSecret, verifyPassword } from "#access";
import { AppError, isoTime, type Sensitive } from "#kernel";
import type { Account, Transaction } from "#store";
import type { Context } from "../context.ts";
import { accountActor, sessionLife } from "./identify.ts";
import { isIdentityName } from "./name.ts";

export interface LoginRequest {
  readonly name: string;
  readonly password: Sensitive;
  /** of the network, as the server sees it */
  readonly address: string;
}

/** How many guesses in a quarter of an hour, and as many milliseconds of rest behind them. */
const limits = { window: 15 * 60 * 1000, account: 10, address: 50 };

/**
 * A new session. LOGIN_REFUSED says the same, after the same work, for a name that nobody has, a wrong password and an
 * account that is disabled; LOGIN_LOCKED comes for all of them alike. Each guess is counted before it is tried, so that many
 * at once don't get further than one after the other.
 */
export async function logIn(context: Context, request: LoginRequest): Promise<Sensitive> {
  const { name, password } = request;
  const { account, stale } = await checkPassword(context, request);
  const hash = stale ? await hashPassword(password) : undefined;
  const secret = newSecret();
  const store = await context.openStore();
  const begun = await store.transaction(async (tx) => {
    // it may have been disabled, or given another password, while the guess was worked at
    const present = await tx.accounts.find(name);
    if (present?.password !== account.password || present?.disabledAt !== undefined) return false;
    if (hash !== undefined) await tx.accounts.setPassword(account.id, hash);
    await forgive(tx, request);
    await begin(context, tx, { account: account.id, secret });
    const detail = { address: request.address };
    await tx.audit.append({ actor: accountActor(name), action: "session.begin", subject: name, detail });
    return true;
  });
  return begun ? secret : refuse(context, request, account);
}

/** The password of someone who is logged in, once more, under the same limits: LOGIN_REFUSED, LOGIN_LOCKED. */
export async function provePassword(context: Context, request: LoginRequest): Promise<void> {
  await checkPassword(context, request);
  const store = await context.openStore();
  await store.transaction((tx) => forgive(tx, request));
}

/** The session that was given is over; others of the account stay, unless all were meant. */
export async function logOut(context: Context, secret: Sensitive, which: "this" | "all"): Promise<void> {
  const digest = digestOf("session", secret);
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const session = await tx.sessions.find(digest);
    if (session === undefined) return;
    const { id, name } = session.account;
    if (which === "all") await tx.sessions.endAll(id);
    else await tx.sessions.end(digest);
    const entry = { actor: accountActor(name), action: "session.end", subject: name, detail: { which } };
    await tx.audit.append(entry);
  });
}

interface Checked {
  readonly account: KnownAccount;
  readonly stale: boolean;
}

async function checkPassword(context: Context, request: LoginRequest): Promise<Checked> {
  const account = await countAttempt(context, request);
  const { matches, stale } = await verifyPassword(request.password, account?.password);
  if (account === undefined || !matches || account.disabledAt !== undefined) return refuse(context, request, account);
  return { account, stale };
}

type KnownAccount = Account & { readonly password?: string };

/** Unknown names are counted as well: what locks must not tell which names there are. */
async function countAttempt(context: Context, request: LoginRequest): Promise<KnownAccount | undefined> {
  const keys = keysOf(request);
  const store = await context.openStore();
  const { locked, account } = await store.transaction(async (tx) => {
    const [byName, byAddress] = [
      await tx.attempts.add(keys.account, limits.window),
      await tx.attempts.add(keys.address, limits.window),
    ];
    const over = [
      ...(byName.count > limits.account ? [byName.until] : []),
      ...(byAddress.count > limits.address ? [byAddress.until] : []),
    ];
    // not every database takes every text
    const account = isIdentityName(request.name) ? await tx.accounts.find(request.name) : undefined;
    if (byName.count === limits.account + 1) await tellLock(tx, request, account);
    return { account, locked: over.length === 0 ? undefined : Math.max(...over) };
  });
  if (locked === undefined) return account;
  const retryAfter = Math.max(1, Math.ceil((locked - context.clock.now()) / 1000));
  throw new AppError("LOGIN_LOCKED", `too many attempts: closed until ${isoTime(locked)}`, { data: { retryAfter } });
}

/** A name that nobody has may be a password in the wrong field: it is written nowhere. */
async function tellLock(tx: Transaction, { address }: LoginRequest, account: Account | undefined): Promise<void> {
  const actor = { name: "system" };
  const subject = account?.name ?? "unknown";
  await tx.audit.append({ actor, action: "login.lock", subject, detail: { address } });
}

async function refuse(context: Context, { address }: LoginRequest, account: Account | undefined): Promise<never> {
  const store = await context.openStore();
  const actor = { name: "system" };
  const subject = account?.name ?? "unknown";
  await store.transaction((tx) => tx.audit.append({ actor, action: "login.refuse", subject, detail: { address } }));
  throw new AppError("LOGIN_REFUSED", "name or password is wrong");
}

/** Other guesses from this address stay counted: one good account must not open the way for guesses at others. */
async function forgive(tx: Transaction, request: LoginRequest): Promise<void> {
  const { account, address } = keysOf(request);
  await tx.attempts.clear(account);
  await tx.attempts.forgive(address);
}

async function begin(
  { clock }: Context,
  tx: Transaction,
  { account, secret }: { readonly account: string; readonly secret: Sensitive },
): Promise<void> {
  const olderThan = clock.now() - sessionLife.most;
  await tx.sessions.begin({ digest: digestOf("session", secret), account, olderThan });
}

function keysOf({ name, address }: LoginRequest): { readonly account: string; readonly address: string } {
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  return { account: digest(`account ${name}`), address: digest(`address ${address}`) };
}
