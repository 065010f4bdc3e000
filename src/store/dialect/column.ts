import { sql, type ColumnDefinitionBuilder, type Expression } from "kysely";

/** Column types and clauses that differ between databases; migrations are written against this. */
export interface Columns {
  /** compared and ordered byte by byte */
  readonly text: Expression<unknown>;
  readonly bytes: Expression<unknown>;
  /** 64 bits: milliseconds, sizes */
  readonly long: Expression<unknown>;
  /** an integer column that is the key of its table, and counts by itself */
  readonly counted: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
}

export const sqliteColumns: Columns = {
  text: sql`text`,
  bytes: sql`blob`,
  long: sql`integer`,
  counted: (column) => column.primaryKey().autoIncrement(),
};

export const postgresColumns: Columns = {
  text: sql`text collate "C"`,
  bytes: sql`bytea`,
  long: sql`bigint`,
  counted: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
};
