import { digestOf, hashPassword, newSecret, verifyPassword } from "#access";
import type { Sensitive } from "#kernel";
import type { Transaction } from "#store";
import type { Context } from "../context.ts";
import { countAttempt, forgive, refuse, type Attempt, type KnownAccount } from "./attempt.ts";
import { accountActor, sessionLife } from "./identify.ts";

export interface LoginRequest extends Attempt {
  readonly password: Sensitive;
}

/**
 * A new session. LOGIN_REFUSED says the same, after the same work, for a name that nobody has, a wrong password and an
 * account that is disabled; LOGIN_LOCKED comes for all of them alike.
 */
export async function logIn(context: Context, request: LoginRequest): Promise<Sensitive> {
  const { name, password, address } = request;
  const { account, stale } = await checkPassword(context, request);
  const hash = stale ? await hashPassword(password) : undefined;
  const store = await context.openStore();
  const secret = await store.transaction(async (tx) => {
    // it may have been disabled, or given another password, while the guess was worked at
    const present = await tx.accounts.find(name);
    if (present?.password !== account.password || present?.disabledAt !== undefined) return undefined;
    if (hash !== undefined) await tx.accounts.setPassword(account.id, hash);
    await forgive(tx, request);
    return beginSession(context, tx, { account, detail: { address } });
  });
  return secret ?? refuse(context, request, { account });
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

interface NewSession {
  readonly account: { readonly id: string; readonly name: string };
  /** of its audit entry: from where, and by which passkey */
  readonly detail: Readonly<Record<string, string>>;
}

/** Gives the session's secret, which is kept by nobody here. */
export async function beginSession(
  { clock }: Context,
  tx: Transaction,
  { account: { id, name }, detail }: NewSession,
): Promise<Sensitive> {
  const secret = newSecret();
  const olderThan = clock.now() - sessionLife.most;
  await tx.sessions.begin({ digest: digestOf("session", secret), account: id, olderThan });
  await tx.audit.append({ actor: accountActor(name), action: "session.begin", subject: name, detail });
  return secret;
}

interface Checked {
  readonly account: KnownAccount;
  readonly stale: boolean;
}

async function checkPassword(context: Context, request: LoginRequest): Promise<Checked> {
  const account = await countAttempt(context, request);
  const { matches, stale } = await verifyPassword(request.password, account?.password);
  if (account === undefined || !matches || account.disabledAt !== undefined) {
    return refuse(context, request, { account });
  }
  return { account, stale };
}
