import type { Migration } from "./migrate.ts";

/** Breaking: a Keyturn that doesn't know them would end a rotation and leave the value before in use outside. */
export const issuance: Migration = {
  number: 9,
  name: "issuance",
  breaking: true,
  async up(db, { bytes, long, text }) {
    await db.schema
      .createTable("issuance")
      .addColumn("id", text, (c) => c.primaryKey())
      .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
      .addColumn("position", "integer", (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("service", text, (c) => c.notNull())
      .addColumn("host", text, (c) => c.notNull())
      .addColumn("from_version", "integer", (c) => c.notNull().references("value.id"))
      .addColumn("compromised", "integer", (c) => c.notNull())
      .addColumn("issuer", text, (c) => c.notNull())
      .addColumn("state", text, (c) => c.notNull())
      .addColumn("attempts", "integer", (c) => c.notNull())
      .addColumn("next_at", long)
      .addColumn("trouble", text)
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("started_at", long, (c) => c.notNull())
      .addColumn("key_wrapped", bytes)
      .addColumn("sealed", bytes)
      .addUniqueConstraint("issuance_position", ["environment", "position"])
      .execute();
  },
};
