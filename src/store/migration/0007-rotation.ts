import type { Migration } from "./migrate.ts";

/** Breaking: a Keyturn that doesn't know an open rotation would give every service the newest value at once. */
export const rotation: Migration = {
  number: 7,
  name: "rotation",
  breaking: true,
  async up(db, { long, text }) {
    await db.schema
      .createTable("rotation")
      .addColumn("id", text, (c) => c.primaryKey())
      .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
      .addColumn("position", "integer", (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("service", text, (c) => c.notNull())
      .addColumn("host", text, (c) => c.notNull())
      .addColumn("from_version", "integer", (c) => c.notNull().references("value.id"))
      .addColumn("to_version", "integer", (c) => c.notNull().references("value.id"))
      .addColumn("state", text, (c) => c.notNull())
      .addColumn("compromised", "integer", (c) => c.notNull())
      .addColumn("step", "integer", (c) => c.notNull())
      .addColumn("steps", text, (c) => c.notNull())
      .addColumn("rollout", text)
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("started_at", long, (c) => c.notNull())
      .addColumn("ended_at", long)
      .addUniqueConstraint("rotation_position", ["environment", "position"])
      .execute();
    await db.schema
      .createTable("rotation_entry")
      .addColumn("rotation", text, (c) => c.notNull().references("rotation.id"))
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("at", long, (c) => c.notNull())
      .addColumn("step", "integer", (c) => c.notNull())
      .addColumn("kind", text, (c) => c.notNull())
      .addColumn("subject", text, (c) => c.notNull())
      .addColumn("detail", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("rotation_entry_key", ["rotation", "seq"])
      .execute();
  },
};
