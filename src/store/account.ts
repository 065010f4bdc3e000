import type { Selectable } from "kysely";
import type { Account, Accounts, Attempts, Sessions } from "./identity.ts";
import type { AccountTable } from "./schema.ts";
import type { Session } from "./session.ts";

/** stands for the first account, which has no id yet */
const first = "";

export function accounts({ tx, clock }: Session): Accounts {
  return {
    async list() {
      const rows = await tx
        .selectFrom("account as a")
        .selectAll("a")
        .select((eb) =>
          eb
            .selectFrom("passkey as p")
            .select(eb.fn.countAll().as("n"))
            .whereRef("p.account", "=", "a.id")
            .as("passkeys"),
        )
        .orderBy("a.name")
        .execute();
      return rows.map((row) => ({ ...accountOf(row), passkeys: Number(row.passkeys) }));
    },
    async find(name) {
      const row = await tx.selectFrom("account").selectAll().where("name", "=", name).executeTakeFirst();
      if (row === undefined) return undefined;
      return { ...accountOf(row), ...(row.password === null ? {} : { password: row.password }) };
    },
    async add(account) {
      const row = { ...account, password: null, disabled_at: null, created_at: clock.now() };
      const added = await tx
        .insertInto("account")
        .values(row)
        .onConflict((conflict) => conflict.column("name").doNothing())
        .returning("id")
        .execute();
      return added.length === 1;
    },
    async setRoles(id, roles) {
      await tx.updateTable("account").set({ roles }).where("id", "=", id).execute();
    },
    async setPassword(id, password) {
      await tx
        .updateTable("account")
        .set({ password: password ?? null })
        .where("id", "=", id)
        .execute();
    },
    async disable(id) {
      await tx.updateTable("account").set({ disabled_at: clock.now() }).where("id", "=", id).execute();
      await tx.deleteFrom("account_session").where("account", "=", id).execute();
      await tx.deleteFrom("account_link").where("account", "=", id).execute();
      await tx.deleteFrom("passkey").where("account", "=", id).execute();
    },
    async putLink({ digest, account = first, expiresAt }) {
      const link = { digest, expires_at: expiresAt };
      await tx
        .insertInto("account_link")
        .values({ account, ...link })
        .onConflict((conflict) => conflict.column("account").doUpdateSet(link))
        .execute();
    },
    async findLink(digest) {
      const query = tx.selectFrom("account_link").select("account").where("digest", "=", digest);
      const row = await query.where("expires_at", ">", clock.now()).executeTakeFirst();
      return row === undefined ? undefined : linkOf(row);
    },
    async takeLink(digest) {
      const [row] = await tx.deleteFrom("account_link").where("digest", "=", digest).returningAll().execute();
      if (row === undefined || row.expires_at <= clock.now()) return undefined;
      return linkOf(row);
    },
  };
}

export function sessions({ tx, clock }: Session): Sessions {
  return {
    async begin({ digest, account, olderThan }) {
      await tx.deleteFrom("account_session").where("created_at", "<", olderThan).execute();
      const now = clock.now();
      await tx.insertInto("account_session").values({ digest, account, created_at: now, seen_at: now }).execute();
    },
    async find(digest) {
      const row = await tx
        .selectFrom("account_session as s")
        .innerJoin("account as a", "a.id", "s.account")
        .selectAll("a")
        .select(["s.created_at as begun_at", "s.seen_at"])
        .where("s.digest", "=", digest)
        .executeTakeFirst();
      return row === undefined ? undefined : { account: accountOf(row), createdAt: row.begun_at, seenAt: row.seen_at };
    },
    async touch(digest) {
      await tx.updateTable("account_session").set({ seen_at: clock.now() }).where("digest", "=", digest).execute();
    },
    async end(digest) {
      await tx.deleteFrom("account_session").where("digest", "=", digest).execute();
    },
    async endAll(account) {
      const ended = await tx.deleteFrom("account_session").where("account", "=", account).returning("digest").execute();
      return ended.length;
    },
  };
}

export function attempts({ tx, clock }: Session): Attempts {
  return {
    async add(key, window) {
      const now = clock.now();
      await tx
        .deleteFrom("login_attempt")
        .where("since", "<", now - 2 * window)
        .execute();
      const row = await tx.selectFrom("login_attempt").selectAll().where("key", "=", key).executeTakeFirst();
      const running = row !== undefined && row.since <= now && row.since > now - window;
      const next = running ? { count: row.count + 1, since: row.since } : { count: 1, since: now };
      await tx
        .insertInto("login_attempt")
        .values({ key, ...next })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(next))
        .execute();
      return { count: next.count, until: next.since + window };
    },
    async forgive(key) {
      await tx
        .updateTable("login_attempt")
        .set(({ eb }) => ({ count: eb("count", "-", 1) }))
        .where("key", "=", key)
        .where("count", ">", 0)
        .execute();
    },
    async clear(key) {
      await tx.deleteFrom("login_attempt").where("key", "=", key).execute();
    },
  };
}

function linkOf({ account }: { readonly account: string }): { readonly account?: string } {
  return account === first ? {} : { account };
}

export function accountOf(row: Selectable<AccountTable>): Account {
  return {
    id: row.id,
    name: row.name,
    roles: row.roles,
    hasPassword: row.password !== null,
    ...(row.disabled_at === null ? {} : { disabledAt: row.disabled_at }),
    actor: row.actor,
    createdAt: row.created_at,
  };
}
