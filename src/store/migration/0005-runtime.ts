import type { Migration } from "./migrate.ts";

/**
 * Not breaking: a Keyturn that doesn't know them delivers what its manifest says, and that has no runtimes of users.
 * `global_settings` is where platforms of this kind have had their provider settings all along: on PostgreSQL it is in
 * the schema `public`, closed to everybody else.
 */
export const runtime: Migration = {
  number: 5,
  name: "runtime",
  breaking: false,
  async up(db, { bytes, long, text, makePublic }) {
    await db.schema
      .createTable("user_runtime")
      .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
      .addColumn("service", text, (c) => c.notNull())
      .addColumn("user_id", text, (c) => c.notNull())
      .addColumn("host", text, (c) => c.notNull())
      .addColumn("seat", "integer", (c) => c.notNull())
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("created_at", long, (c) => c.notNull())
      .addPrimaryKeyConstraint("user_runtime_key", ["environment", "service", "user_id"])
      .addUniqueConstraint("user_runtime_seat", ["environment", "service", "host", "seat"])
      .execute();
    await makePublic(db, "global_settings", (schema) =>
      schema
        .createTable("global_settings")
        .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
        .addColumn("revision", "integer", (c) => c.notNull())
        .addColumn("provider", text, (c) => c.notNull())
        .addColumn("origin", text, (c) => c.notNull())
        .addColumn("earlier", "integer")
        .addColumn("state", text, (c) => c.notNull())
        .addColumn("actor", text, (c) => c.notNull())
        .addColumn("created_at", long, (c) => c.notNull())
        .addColumn("rollout", text)
        .addColumn("key_wrapped", bytes, (c) => c.notNull())
        .addColumn("sealed", bytes, (c) => c.notNull())
        .addPrimaryKeyConstraint("global_settings_key", ["environment", "revision"])
        .execute(),
    );
  },
};
