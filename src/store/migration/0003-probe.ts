import type { Migration } from "./migrate.ts";

export const probe: Migration = {
  number: 3,
  name: "probe",
  breaking: false,
  async up(db, { long, text }) {
    await db.schema
      .createTable("probe")
      .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("provider", text, (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("fingerprint", text, (c) => c.notNull())
      .addColumn("address", text, (c) => c.notNull())
      .addColumn("state", text, (c) => c.notNull())
      .addColumn("meaning", text, (c) => c.notNull())
      .addColumn("first_at", long, (c) => c.notNull())
      .addColumn("last_at", long, (c) => c.notNull())
      .addColumn("times", "integer", (c) => c.notNull())
      .addColumn("actor", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("probe_key", ["environment", "seq"])
      .execute();
  },
};
