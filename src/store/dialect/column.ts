import { sql, type ColumnDefinitionBuilder, type Expression, type Kysely, type SchemaModule } from "kysely";
import { makePublicTable } from "./public-table.ts";

/** Column types and clauses that differ between databases; migrations are written against this. */
export interface Columns {
  /** compared and ordered byte by byte */
  readonly text: Expression<unknown>;
  readonly bytes: Expression<unknown>;
  /** 64 bits: milliseconds, sizes */
  readonly long: Expression<unknown>;
  /** an integer column that is the key of its table, and counts by itself */
  readonly counted: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
  /** a table where other programs of the platform have theirs, and closed to them */
  readonly makePublic: (
    db: Kysely<unknown>,
    table: string,
    create: (schema: SchemaModule) => Promise<void>,
  ) => Promise<void>;
}

export const sqliteColumns: Columns = {
  text: sql`text`,
  bytes: sql`blob`,
  long: sql`integer`,
  counted: (column) => column.primaryKey().autoIncrement(),
  makePublic: (db, _, create) => create(db.schema),
};

export const postgresColumns: Columns = {
  text: sql`text collate "C"`,
  bytes: sql`bytea`,
  long: sql`bigint`,
  counted: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
  makePublic: makePublicTable,
};
