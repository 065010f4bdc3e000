import type { Migration } from "./migrate.ts";

/** Not breaking: a Keyturn that doesn't know passkeys lets in who has a password, and nobody else. */
export const passkey: Migration = {
  number: 6,
  name: "passkey",
  breaking: false,
  async up(db, { bytes, long, text }) {
    await db.schema
      .createTable("passkey")
      .addColumn("id", text, (c) => c.primaryKey())
      .addColumn("account", text, (c) => c.notNull().references("account.id"))
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("credential", text, (c) => c.notNull().unique())
      .addColumn("public_key", bytes, (c) => c.notNull())
      .addColumn("counter", long, (c) => c.notNull())
      .addColumn("transports", text, (c) => c.notNull())
      .addColumn("created_at", long, (c) => c.notNull())
      .addColumn("used_at", long)
      .execute();
    await db.schema
      .createTable("passkey_challenge")
      .addColumn("digest", text, (c) => c.primaryKey())
      .addColumn("holder", text, (c) => c.notNull())
      .addColumn("purpose", text, (c) => c.notNull())
      .addColumn("account", text, (c) => c.notNull())
      .addColumn("expires_at", long, (c) => c.notNull())
      .execute();
  },
};
