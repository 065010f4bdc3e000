import type { Selectable } from "kysely";
import type { Token, Tokens } from "./identity.ts";
import type { ServiceTokenTable } from "./schema.ts";
import type { Session } from "./session.ts";

export function tokens({ tx, clock }: Session): Tokens {
  const living = (name: string) =>
    tx.selectFrom("service_token").select("id").where("name", "=", name).where("revoked_at", "is", null);
  return {
    async list() {
      const rows = await tx.selectFrom("service_token").selectAll().orderBy("created_at").orderBy("id").execute();
      return rows.map(tokenOf);
    },
    async add({ id, name, roles, actor, expiresAt, digest }) {
      if ((await living(name).executeTakeFirst()) !== undefined) return false;
      const times = { created_at: clock.now(), expires_at: expiresAt, used_at: null, revoked_at: null };
      await tx
        .insertInto("service_token")
        .values({ id, name, roles, actor, digest, ...times })
        .execute();
      return true;
    },
    async find(digest) {
      const row = await tx.selectFrom("service_token").selectAll().where("digest", "=", digest).executeTakeFirst();
      return row === undefined ? undefined : tokenOf(row);
    },
    async touch(id) {
      await tx.updateTable("service_token").set({ used_at: clock.now() }).where("id", "=", id).execute();
    },
    async revoke(name) {
      const revoked = await tx
        .updateTable("service_token")
        .set({ revoked_at: clock.now() })
        .where("name", "=", name)
        .where("revoked_at", "is", null)
        .returning("id")
        .execute();
      return revoked.length > 0;
    },
  };
}

function tokenOf(row: Selectable<ServiceTokenTable>): Token {
  return {
    id: row.id,
    name: row.name,
    roles: row.roles,
    actor: row.actor,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.used_at === null ? {} : { usedAt: row.used_at }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  };
}
