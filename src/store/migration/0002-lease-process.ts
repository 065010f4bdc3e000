import type { Migration } from "./migrate.ts";

/** Breaking: a Keyturn that doesn't know the column would leave the former holder's process beside its own lease. */
export const leaseProcess: Migration = {
  number: 2,
  name: "lease-process",
  breaking: true,
  async up(db, { text }) {
    await db.schema.alterTable("lease").addColumn("process", text).execute();
  },
};
