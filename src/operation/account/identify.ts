import { digestOf, formTokenOf, isToken, type RoleAt } from "#access";
import type { Actor } from "#audit";
import type { Sensitive } from "#kernel";
import type { Session, Transaction } from "#store";
import type { Context } from "../context.ts";
import { rolesOf } from "./name.ts";

/** Who a request comes from. */
export interface Caller {
  readonly kind: "account" | "token";
  readonly name: string;
  readonly actor: Actor;
  readonly held: readonly RoleAt[];
  /** of a session: comes back with each change, which a page of somebody else can't do */
  readonly formToken?: string;
}

/** Milliseconds: how long a session lasts without a request, and at most. */
export const sessionLife = { idle: 30 * 60 * 1000, most: 12 * 60 * 60 * 1000 };

/** In the audit log no user of a machine has a colon in the name. */
export function accountActor(name: string): Actor {
  return { name: `account:${name}` };
}

/** Undefined for a session that never was, ended, or stood still for too long. Its account's roles are those of now. */
export async function identifySession(context: Context, secret: Sensitive): Promise<Caller | undefined> {
  const digest = digestOf("session", secret);
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const session = await tx.sessions.find(digest);
    if (session === undefined) return undefined;
    const now = context.clock.now();
    if (session.account.disabledAt !== undefined || isOver(session, now)) {
      await tx.sessions.end(digest);
      return undefined;
    }
    if (now - session.seenAt > writePause) await tx.sessions.touch(digest);
    const { name } = session.account;
    const formToken = formTokenOf(secret);
    return { kind: "account" as const, name, actor: accountActor(name), held: rolesOf(session.account), formToken };
  });
}

/** Undefined for a token that never was, was revoked or is past its time. */
export async function identifyToken(context: Context, secret: Sensitive): Promise<Caller | undefined> {
  // read, compared with its own checksum, and looked up by its digest: nothing here takes longer for a better guess
  if (!isToken(secret)) return undefined;
  const store = await context.openStore();
  return store.transaction((tx) => findToken(context, tx, secret));
}

/** A read is answered without a write to the disk, but for one a minute. */
const writePause = 60_000;

async function findToken({ clock }: Context, tx: Transaction, secret: Sensitive): Promise<Caller | undefined> {
  const token = await tx.tokens.find(digestOf("token", secret));
  const now = clock.now();
  if (token === undefined || token.revokedAt !== undefined || token.expiresAt <= now) return undefined;
  if (now - (token.usedAt ?? 0) > writePause) await tx.tokens.touch(token.id);
  return { kind: "token", name: token.name, actor: { name: `token:${token.name}` }, held: rolesOf(token) };
}

/** A session that begins in the future was begun before the clock was set back: it would live until then. */
function isOver({ createdAt, seenAt }: Session, now: number): boolean {
  return now - seenAt > sessionLife.idle || now - createdAt > sessionLife.most || createdAt > now + writePause;
}
