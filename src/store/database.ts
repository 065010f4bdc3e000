import type { Clock } from "#kernel";
import type { Kysely } from "kysely";
import type { Columns } from "./dialect/column.ts";
import type { Tables } from "./schema.ts";

/**
 * What differs between the kinds of database that a store can be in. A new store and a restored one are built as a file
 * of SQLite first, and a backup is one, whatever kind of database they are for.
 */
export interface Database {
  /** as messages name it, behind "a store" */
  readonly where: string;
  readonly columns: Columns;
  exists(): Promise<boolean>;
  /** Every commit is durable when it returns. STORE_MISSING; nothing is changed. */
  open(clock: Clock): Promise<Kysely<Tables>>;
  /** where reads need not take their turn */
  openReader(clock: Clock): Promise<ReaderConnection | undefined>;
  /** names of the tables there */
  tables(db: Kysely<Tables>): Promise<readonly string[]>;
  /** once it is known to be a store of ours */
  prepare(db: Kysely<Tables>): Promise<void>;
  /** what is left of a store that was lost, and must not be applied to the one that comes */
  clear(): Promise<void>;
  /** makes the store in this file of SQLite the one here, in one step; ALREADY_EXISTS */
  moveIn(file: string, clock: Clock): Promise<void>;
  /** one consistent snapshot, into a new file of SQLite */
  copyTo(db: Kysely<Tables>, file: string): Promise<void>;
}

/** Looks at a store without taking part in its turn, where the database lets it. */
export interface ReaderConnection {
  readonly db: Kysely<Tables>;
  /** another number behind each commit of anybody else */
  stamp(): number;
  close(): void;
}
