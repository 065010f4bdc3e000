import type { Migration } from "./migrate.ts";

/** Breaking: a Keyturn that doesn't know pairs would give every service the new value of the other name at once. */
export const pair: Migration = {
  number: 11,
  name: "pair",
  breaking: true,
  async up(db, { text }) {
    for (const table of ["rotation", "issuance"]) {
      await db.schema.alterTable(table).addColumn("companion", text).execute();
      await db.schema
        .alterTable(table)
        .addColumn("companion_from", "integer", (c) => c.references("value.id"))
        .execute();
    }
    await db.schema
      .alterTable("rotation")
      .addColumn("companion_to", "integer", (c) => c.references("value.id"))
      .execute();
    await db.schema.alterTable("issuance").addColumn("noted", text).execute();
    await db.schema
      .createTable("release_part")
      .addColumn("environment", text, (c) => c.notNull())
      .addColumn("release", "integer", (c) => c.notNull())
      .addColumn("target", text, (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("version_id", "integer", (c) => c.notNull().references("value.id"))
      .addPrimaryKeyConstraint("release_part_key", ["environment", "release", "target", "name", "version_id"])
      .addForeignKeyConstraint("release_part_target", ["environment", "release", "target"], "release_target", [
        "environment",
        "release",
        "target",
      ])
      .execute();
  },
};
