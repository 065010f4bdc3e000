import { sql } from "kysely";

/** Column types and clauses that differ between databases; migrations are written against this. */
export const sqliteColumns = {
  bytes: sql`blob`,
  /** 64 bits: milliseconds, sizes */
  long: sql`integer`,
};

export type Columns = typeof sqliteColumns;
