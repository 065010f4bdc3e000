import type { Migration } from "./migrate.ts";

/** Not breaking: a Keyturn that doesn't know accounts has no server that could let anybody in. */
export const identity: Migration = {
  number: 4,
  name: "identity",
  breaking: false,
  async up(db, { long, text }) {
    await db.schema
      .createTable("account")
      .addColumn("id", text, (c) => c.primaryKey())
      .addColumn("name", text, (c) => c.notNull().unique())
      .addColumn("roles", text, (c) => c.notNull())
      .addColumn("password", text)
      .addColumn("disabled_at", long)
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("created_at", long, (c) => c.notNull())
      .execute();
    await db.schema
      .createTable("account_link")
      .addColumn("account", text, (c) => c.primaryKey())
      .addColumn("digest", text, (c) => c.notNull().unique())
      .addColumn("expires_at", long, (c) => c.notNull())
      .execute();
    await db.schema
      .createTable("account_session")
      .addColumn("digest", text, (c) => c.primaryKey())
      .addColumn("account", text, (c) => c.notNull().references("account.id"))
      .addColumn("created_at", long, (c) => c.notNull())
      .addColumn("seen_at", long, (c) => c.notNull())
      .execute();
    await db.schema
      .createTable("login_attempt")
      .addColumn("key", text, (c) => c.primaryKey())
      .addColumn("count", "integer", (c) => c.notNull())
      .addColumn("since", long, (c) => c.notNull())
      .execute();
    await db.schema
      .createTable("service_token")
      .addColumn("id", text, (c) => c.primaryKey())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("roles", text, (c) => c.notNull())
      .addColumn("digest", text, (c) => c.notNull().unique())
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("created_at", long, (c) => c.notNull())
      .addColumn("expires_at", long, (c) => c.notNull())
      .addColumn("used_at", long)
      .addColumn("revoked_at", long)
      .execute();
  },
};
