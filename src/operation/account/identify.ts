import { digestOf, formTokenOf, isToken, type RoleAt } from "#access";
import type { Actor } from "#audit";
import type { Sensitive } from "#kernel";
import type { Session } from "#store";
import type { Context } from "../context.ts";
import { rolesOf } from "./name.ts";

/** Who a request comes from. */
export interface Caller {
  /** `home`: somebody with a login to the home's own machine */
  readonly kind: "account" | "token" | "home";
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
  const session = await store.recall(`session ${digest}`, ({ sessions }) => sessions.find(digest));
  if (session === undefined) return undefined;
  const { account, seenAt } = session;
  const now = context.clock.now();
  if (account.disabledAt !== undefined || isOver(session, now)) {
    await store.transaction(({ sessions }) => sessions.end(digest));
    return undefined;
  }
  if (now - seenAt > writePause) await store.transaction(({ sessions }) => sessions.touch(digest));
  const { name } = account;
  return { kind: "account", name, actor: accountActor(name), held: rolesOf(account), formToken: formTokenOf(secret) };
}

/** Undefined for a token that never was, was revoked or is past its time. */
export async function identifyToken(context: Context, secret: Sensitive): Promise<Caller | undefined> {
  // read, compared with its own checksum, and looked up by its digest: nothing here takes longer for a better guess
  if (!isToken(secret)) return undefined;
  const store = await context.openStore();
  const digest = digestOf("token", secret);
  const token = await store.recall(`token ${digest}`, ({ tokens }) => tokens.find(digest));
  const now = context.clock.now();
  if (token === undefined || token.revokedAt !== undefined || token.expiresAt <= now) return undefined;
  if (now - (token.usedAt ?? 0) > writePause) await store.transaction(({ tokens }) => tokens.touch(token.id));
  return { kind: "token", name: token.name, actor: { name: `token:${token.name}` }, held: rolesOf(token) };
}

/** A read is answered without a write to the disk, but for one a minute. */
const writePause = 60_000;

/** A session that begins in the future was begun before the clock was set back: it would live until then. */
function isOver({ createdAt, seenAt }: Session, now: number): boolean {
  return now - seenAt > sessionLife.idle || now - createdAt > sessionLife.most || createdAt > now + writePause;
}
