import { digestOf, everywhere, formatRoles, newToken, type RoleAt } from "#access";
import { AppError, type Sensitive } from "#kernel";
import type { Token } from "#store";
import { demand, demandCovers } from "../authority.ts";
import type { Context } from "../context.ts";
import { checkIdentityName, readRoles, rolesOf } from "./name.ts";

export interface ServiceToken extends Omit<Token, "roles"> {
  readonly roles: readonly RoleAt[];
  readonly state: "live" | "expired" | "revoked";
}

export interface TokenRequest {
  readonly name: string;
  /** `production:viewer`, `*:operator` */
  readonly roles: readonly string[];
  readonly days: number;
}

/** Oldest first, without what opens anything. */
export async function listTokens(context: Context): Promise<readonly ServiceToken[]> {
  demand(context, "admin", everywhere);
  const store = await context.openStore();
  const tokens = await store.transaction((tx) => tx.tokens.list());
  return tokens.map((token) => ({ ...token, roles: rolesOf(token), state: stateOf(token, context.clock.now()) }));
}

/** The secret is given here and never again: the store keeps a digest of it. */
export async function createToken(
  context: Context,
  { name, roles, days }: TokenRequest,
): Promise<{ readonly secret: Sensitive; readonly expiresAt: number }> {
  demand(context, "admin", everywhere);
  checkIdentityName(name);
  checkDays(days);
  const given = readRoles(roles);
  demandCovers(context, given);
  const secret = newToken();
  const expiresAt = context.clock.now() + days * dayLength;
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    const token = { id: context.makeId("tok"), name, roles: formatRoles(given), actor: context.actor.name, expiresAt };
    if (!(await tx.tokens.add({ ...token, digest: digestOf("token", secret) }))) {
      throw new AppError("ALREADY_EXISTS", `there is a token ${name}`, {
        hint: "revoke it first, or take another name",
      });
    }
    const detail = { roles: token.roles, days };
    await tx.audit.append({ actor: context.actor, action: "token.create", subject: name, detail });
  });
  return { secret, expiresAt };
}

/** From the next request on it opens nothing. */
export async function revokeToken(context: Context, name: string): Promise<void> {
  demand(context, "admin", everywhere);
  checkIdentityName(name);
  const store = await context.openStore();
  await store.transaction(async (tx) => {
    if (!(await tx.tokens.revoke(name))) {
      throw new AppError("NOT_FOUND", `there is no live token ${name}`, { hint: "`keyturn token list` shows them" });
    }
    await tx.audit.append({ actor: context.actor, action: "token.revoke", subject: name, detail: {} });
  });
}

const dayLength = 24 * 60 * 60 * 1000;

/** One that never ends is never looked at again. */
const mostDays = 365;

function checkDays(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= mostDays) return;
  throw new AppError("USAGE", `a token lives for 1 to ${mostDays} days`);
}

function stateOf({ revokedAt, expiresAt }: Token, now: number): ServiceToken["state"] {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt <= now ? "expired" : "live";
}
