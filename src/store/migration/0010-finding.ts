import type { Migration } from "./migrate.ts";

/** Not breaking: a Keyturn that doesn't know them tells what it finds, as it always did, and keeps none of it. */
export const finding: Migration = {
  number: 10,
  name: "finding",
  breaking: false,
  async up(db, { counted, long, text }) {
    await db.schema
      .createTable("finding")
      .addColumn("id", "integer", counted)
      .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
      .addColumn("kind", text, (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("service", text, (c) => c.notNull())
      .addColumn("host", text, (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("encoding", text, (c) => c.notNull())
      .addColumn("tag", text, (c) => c.notNull())
      .addColumn("place", text, (c) => c.notNull())
      .addColumn("location", text, (c) => c.notNull())
      .addColumn("path", text, (c) => c.notNull())
      .addColumn("line", "integer")
      .addColumn("byte", long)
      .addColumn("places", "integer", (c) => c.notNull())
      .addColumn("since_commit", text)
      .addColumn("present", "integer", (c) => c.notNull())
      .addColumn("machine", text, (c) => c.notNull())
      .addColumn("root", text, (c) => c.notNull())
      .addColumn("first_at", long, (c) => c.notNull())
      .addColumn("last_at", long, (c) => c.notNull())
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("gone_at", long)
      .addColumn("accepted_until", text)
      .addColumn("accepted_reason", text)
      .addColumn("accepted_by", text)
      .addColumn("accepted_places", "integer")
      .execute();
    await db.schema.createIndex("finding_environment").on("finding").column("environment").execute();
  },
};
