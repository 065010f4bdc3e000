import { DatabaseSync, type SQLInputValue, type StatementColumnMetadata, type StatementSync } from "node:sqlite";
import { AppError, type Clock } from "#kernel";
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
  type TransactionSettings,
} from "kysely";

type Row = ReturnType<StatementSync["all"]>[number];

const busyCode = 5;
/** how long a transaction waits for another process; each holds the file for milliseconds */
const busyLimit = 30_000;

/** kysely's SQLite dialect over node:sqlite, with transactions that take the write lock when they begin. */
export function nodeSqliteDialect(database: DatabaseSync, clock: Clock): Dialect {
  const facade = facadeOf(database);
  const base = new SqliteDialect({ database: facade });
  return {
    createDriver: (): Driver => new ImmediateDriver(facade, clock),
    createQueryCompiler: () => base.createQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => base.createIntrospector(db),
  };
}

/** The result code of SQLite (https://sqlite.org/rescode.html) without its extension, when `error` came from there. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** A deferred transaction that turns into a writer late would fail half-way when another process wrote in between. */
class ImmediateDriver extends SqliteDriver {
  readonly #clock: Clock;

  constructor(database: SqliteDatabase, clock: Clock) {
    super({ database });
    this.#clock = clock;
  }

  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    if (settings?.accessMode === "read only") return super.beginTransaction(connection);
    const deadline = this.#clock.monotonic() + busyLimit;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw("begin immediate"));
        return;
      } catch (cause) {
        if (sqliteCode(cause) !== busyCode) throw cause;
        if (this.#clock.monotonic() > deadline) {
          throw new AppError("STORE_BUSY", "another process holds the store", { cause });
        }
      }
      // node:sqlite waits inside the call; a pause out here lets this process go on meanwhile
      await this.#clock.sleep(20);
    }
  }
}

/** Statements are prepared once; there are few and their text never holds values. */
function facadeOf(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = statements.get(sql) ?? statementOf(database.prepare(sql));
      if (statements.size < 500) statements.set(sql, known);
      return known;
    },
  };
}

function statementOf(statement: StatementSync): SqliteStatement {
  const columns = statement.columns();
  const typed = columns.flatMap(typedColumn);
  const checked = (row: Row) => {
    for (const column of typed) checkType(column, row[column.name]);
    return row;
  };
  return {
    reader: columns.length > 0,
    all: (parameters) => statement.all(...bound(parameters)).map(checked),
    run: (parameters) => statement.run(...bound(parameters)),
    *iterate(parameters) {
      for (const row of statement.iterate(...bound(parameters))) yield checked(row);
    },
  };
}

interface TypedColumn extends StatementColumnMetadata {
  readonly fits: (value: unknown) => boolean;
}

const fitsByType: Readonly<Record<string, TypedColumn["fits"]>> = {
  text: (value) => typeof value === "string",
  blob: (value) => value instanceof Uint8Array,
  integer: (value) => Number.isInteger(value),
};

/** What is computed (a count, a maximum) has no type. */
function typedColumn(column: StatementColumnMetadata): readonly TypedColumn[] {
  const fits = fitsByType[column.type?.toLowerCase() ?? ""];
  return fits === undefined ? [] : [{ ...column, fits }];
}

/** SQLite keeps a value of any type in any column: a file that somebody edited may hold a number where our code expects bytes. */
function checkType({ table, column, type, fits }: TypedColumn, value: unknown): void {
  if (value === null || fits(value)) return;
  throw new AppError("STORE_BROKEN", `the store's file is not as its schema says: ${table}.${column} is no ${type}`);
}

function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}
