import { createHash } from "node:crypto";
import { AppError, isoTime } from "#kernel";
import type { Account, Transaction } from "#store";
import type { Context } from "../context.ts";
import { isIdentityName } from "./name.ts";

/** What somebody tried to come in with, as far as it is counted. */
export interface Attempt {
  /** of an account, or what stands for one */
  readonly name: string;
  /** of the network, as the server sees it */
  readonly address: string;
}

/** How many guesses in a quarter of an hour, and as many milliseconds of rest behind them. */
const limits = { window: 15 * 60 * 1000, account: 10, address: 50, challenges: 100 };

export type KnownAccount = Account & { readonly password?: string };

/**
 * Counts it before it is tried, so that many at once don't get further than one after the other; LOGIN_LOCKED. Unknown names
 * are counted as well: what locks must not tell which names there are.
 */
export async function countAttempt(context: Context, attempt: Attempt): Promise<KnownAccount | undefined> {
  const keys = keysOf(attempt);
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
    const account = isIdentityName(attempt.name) ? await tx.accounts.find(attempt.name) : undefined;
    if (byName.count === limits.account + 1) await tellLock(tx, attempt, account);
    return { account, locked: over.length === 0 ? undefined : Math.max(...over) };
  });
  if (locked === undefined) return account;
  throw lockedUntil(context, locked);
}

/** A stranger may ask for a challenge, which is kept: LOGIN_LOCKED for more than anybody has a use for. */
export async function countChallenge(context: Context, tx: Transaction, address: string): Promise<void> {
  const { count, until } = await tx.attempts.add(digest(`challenge ${address}`), limits.window);
  if (count > limits.challenges) throw lockedUntil(context, until);
}

/** Written down, and thrown as LOGIN_REFUSED. */
export async function refuse(
  context: Context,
  { address }: Attempt,
  { account, error = wrongPassword(), detail = {} }: Refusal,
): Promise<never> {
  const store = await context.openStore();
  const entry = { actor: { name: "system" }, action: "login.refuse", subject: account?.name ?? "unknown" };
  await store.transaction((tx) => tx.audit.append({ ...entry, detail: { address, ...detail } }));
  throw error;
}

interface Refusal {
  readonly account: Account | undefined;
  readonly error?: AppError;
  readonly detail?: Readonly<Record<string, string>>;
}

/** Other guesses from this address stay counted: one good account must not open the way for guesses at others. */
export async function forgive(tx: Transaction, attempt: Attempt): Promise<void> {
  const { account, address } = keysOf(attempt);
  await tx.attempts.clear(account);
  await tx.attempts.forgive(address);
}

/** A name that nobody has may be a password in the wrong field: it is written nowhere. */
async function tellLock(tx: Transaction, { address }: Attempt, account: Account | undefined): Promise<void> {
  const actor = { name: "system" };
  const subject = account?.name ?? "unknown";
  await tx.audit.append({ actor, action: "login.lock", subject, detail: { address } });
}

function wrongPassword(): AppError {
  return new AppError("LOGIN_REFUSED", "name or password is wrong");
}

function lockedUntil({ clock }: Context, until: number): AppError {
  const retryAfter = Math.max(1, Math.ceil((until - clock.now()) / 1000));
  return new AppError("LOGIN_LOCKED", `too many attempts: closed until ${isoTime(until)}`, { data: { retryAfter } });
}

function keysOf({ name, address }: Attempt): { readonly account: string; readonly address: string } {
  return { account: digest(`account ${name}`), address: digest(`address ${address}`) };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
