import type { Migration } from "./migrate.ts";

/** Not breaking: a Keyturn that doesn't know them delivers what was saved with its next apply, as it always did. */
export const settingIntent: Migration = {
  number: 8,
  name: "setting-intent",
  breaking: false,
  async up(db, { text }) {
    await db.schema
      .createTable("setting_intent")
      .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
      .addColumn("revision", "integer", (c) => c.notNull())
      .addColumn("how", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("setting_intent_key", ["environment", "revision"])
      .execute();
  },
};
