import type { Kysely } from "kysely";
import type { Columns } from "../dialect/column.ts";
import type { Migration } from "./migrate.ts";

export const first: Migration = {
  number: 1,
  name: "first",
  breaking: true,
  async up(db, columns) {
    await keys(db, columns);
    await values(db, columns);
    await releases(db, columns);
    await rollouts(db, columns);
    await audit(db, columns);
  },
};

async function keys(db: Kysely<unknown>, { bytes, long, text }: Columns): Promise<void> {
  await db.schema
    .createTable("keyring")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("store_id", text, (c) => c.notNull())
    .addColumn("key_id", text, (c) => c.notNull())
    .addColumn("key_check", bytes, (c) => c.notNull())
    .addColumn("kdf", text)
    .addColumn("signing_wrapped", bytes, (c) => c.notNull())
    .addColumn("signing_verifier", text, (c) => c.notNull())
    .addColumn("recipient", text)
    .addColumn("recovery_proved_at", long)
    .execute();
  await db.schema
    .createTable("environment")
    .addColumn("name", text, (c) => c.primaryKey())
    .addColumn("epoch", long, (c) => c.notNull())
    .addColumn("production", "integer", (c) => c.notNull())
    .addColumn("created_at", long, (c) => c.notNull())
    .addColumn("root_key_id", text, (c) => c.notNull())
    .addColumn("root_wrapped", bytes, (c) => c.notNull())
    .addColumn("root_recovery", bytes)
    .execute();
}

async function values(db: Kysely<unknown>, { bytes, counted, long, text }: Columns): Promise<void> {
  await db.schema
    .createTable("value")
    .addColumn("id", "integer", counted)
    .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("service", text, (c) => c.notNull())
    .addColumn("host", text, (c) => c.notNull())
    .addColumn("number", "integer", (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("sensitive", "integer", (c) => c.notNull())
    .addColumn("fingerprint", text, (c) => c.notNull())
    .addColumn("origin", text, (c) => c.notNull())
    .addColumn("actor", text, (c) => c.notNull())
    .addColumn("created_at", long, (c) => c.notNull())
    .addColumn("key_wrapped", bytes, (c) => c.notNull())
    .addColumn("sealed", bytes, (c) => c.notNull())
    .addUniqueConstraint("value_version", ["environment", "name", "service", "host", "number"])
    .execute();
  await db.schema
    .createTable("service_grant")
    .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
    .addColumn("service", text, (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("actor", text, (c) => c.notNull())
    .addColumn("created_at", long, (c) => c.notNull())
    .addPrimaryKeyConstraint("service_grant_key", ["environment", "service", "name", "kind"])
    .execute();
}

async function releases(db: Kysely<unknown>, { bytes, long, text }: Columns): Promise<void> {
  await db.schema
    .createTable("release")
    .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
    .addColumn("number", "integer", (c) => c.notNull())
    .addColumn("created_at", long, (c) => c.notNull())
    .addColumn("actor", text, (c) => c.notNull())
    .addColumn("reason", text, (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addPrimaryKeyConstraint("release_key", ["environment", "number"])
    .execute();
  await db.schema
    .createTable("release_target")
    .addColumn("environment", text, (c) => c.notNull())
    .addColumn("release", "integer", (c) => c.notNull())
    .addColumn("target", text, (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("label", text, (c) => c.notNull())
    .addColumn("digest", text, (c) => c.notNull())
    .addPrimaryKeyConstraint("release_target_key", ["environment", "release", "target"])
    .addForeignKeyConstraint("release_target_of", ["environment", "release"], "release", ["environment", "number"])
    .execute();
  await db.schema
    .createTable("release_binding")
    .addColumn("environment", text, (c) => c.notNull())
    .addColumn("release", "integer", (c) => c.notNull())
    .addColumn("target", text, (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("fingerprint", text, (c) => c.notNull())
    .addColumn("sensitive", "integer", (c) => c.notNull())
    .addColumn("version_id", "integer", (c) => c.references("value.id"))
    .addColumn("origin", text, (c) => c.notNull())
    .addColumn("key_wrapped", bytes)
    .addColumn("sealed", bytes)
    .addPrimaryKeyConstraint("release_binding_key", ["environment", "release", "target", "name"])
    .addForeignKeyConstraint("release_binding_of", ["environment", "release", "target"], "release_target", [
      "environment",
      "release",
      "target",
    ])
    .execute();
}

async function rollouts(db: Kysely<unknown>, { long, text }: Columns): Promise<void> {
  await db.schema
    .createTable("rollout")
    .addColumn("id", text, (c) => c.primaryKey())
    .addColumn("environment", text, (c) => c.notNull().references("environment.name"))
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("release", "integer", (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("actor", text, (c) => c.notNull())
    .addColumn("started_at", long, (c) => c.notNull())
    .addColumn("ended_at", long)
    .addColumn("plan", text, (c) => c.notNull())
    .addUniqueConstraint("rollout_order", ["environment", "position"])
    .execute();
  await db.schema
    .createTable("rollout_step")
    .addColumn("rollout", text, (c) => c.notNull().references("rollout.id"))
    .addColumn("seq", "integer", (c) => c.notNull())
    .addColumn("at", long, (c) => c.notNull())
    .addColumn("target", text, (c) => c.notNull())
    .addColumn("step", text, (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("detail", text, (c) => c.notNull())
    .addPrimaryKeyConstraint("rollout_step_key", ["rollout", "seq"])
    .execute();
  await db.schema
    .createTable("lease")
    .addColumn("environment", text, (c) => c.primaryKey().references("environment.name"))
    .addColumn("number", long, (c) => c.notNull())
    .addColumn("holder", text, (c) => c.notNull())
    .addColumn("doing", text, (c) => c.notNull())
    .addColumn("since", long, (c) => c.notNull())
    .addColumn("until", long, (c) => c.notNull())
    .execute();
}

async function audit(db: Kysely<unknown>, { long, text }: Columns): Promise<void> {
  await db.schema
    .createTable("audit_entry")
    .addColumn("seq", long, (c) => c.primaryKey())
    .addColumn("at", long, (c) => c.notNull())
    .addColumn("actor", text, (c) => c.notNull())
    .addColumn("action", text, (c) => c.notNull())
    .addColumn("environment", text)
    .addColumn("subject", text, (c) => c.notNull())
    .addColumn("detail", text, (c) => c.notNull())
    .addColumn("leaf", text, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("audit_tree")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("size", long, (c) => c.notNull())
    .addColumn("nodes", text, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("audit_checkpoint")
    .addColumn("size", long, (c) => c.primaryKey())
    .addColumn("at", long, (c) => c.notNull())
    .addColumn("note", text, (c) => c.notNull())
    .execute();
}
