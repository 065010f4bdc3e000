import { writeFile } from "node:fs/promises";
import { AppError, systemClock, type Clock } from "#kernel";
import { Kysely, sql, WithSchemaPlugin, type Transaction as KyselyTransaction } from "kysely";
import type { Database } from "../database.ts";
import { migrations } from "../migration/index.ts";
import { migrate, refuseUnknown } from "../migration/migrate.ts";
import type { PostgresServer } from "../postgres-server.ts";
import type { Tables } from "../schema.ts";
import { postgresColumns, sqliteColumns } from "./column.ts";
import { copyTables } from "./copy-tables.ts";
import { nodePostgresDialect } from "./node-postgres.ts";
import { presentOutsiders } from "./outsider.ts";
import { publicTables, refuseExposedTables } from "./public-table.ts";
import { openFile } from "./sqlite.ts";

/** Everything is in a schema of its own; each statement names it, so that no search path leads elsewhere. */
const schema = "keyturn";
const oldest = 15;

/** A store in a schema of a database on a server. */
export function postgresDatabase(server: PostgresServer): Database {
  const where = `on ${server.address}`;
  return {
    where,
    columns: postgresColumns,
    exists: () => during(server, (db) => holdsStore(db, where)),
    async open() {
      const db = await connect(server);
      try {
        if (await holdsStore(db, where)) return db;
        throw new AppError("STORE_MISSING", `there is no store ${where}`);
      } catch (error) {
        await db.destroy();
        throw error;
      }
    },
    openReader: async () => undefined,
    tables,
    async prepare(db) {
      await refuseExposed(db);
      await refuseExposedTables(db);
    },
    async clear() {},
    moveIn: (file, clock) => during(server, (db) => moveIn(db, { file, clock, where })),
    copyTo,
  };
}

async function during<T>(server: PostgresServer, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const db = await connect(server);
  return work(db).finally(() => db.destroy());
}

async function connect(server: PostgresServer): Promise<Kysely<Tables>> {
  const dialect = await nodePostgresDialect(server);
  const db = new Kysely<Tables>({ dialect, plugins: [publicTables, new WithSchemaPlugin(schema)] });
  try {
    const { rows } = await sql<{
      version: number;
    }>`select current_setting('server_version_num')::int as version`.execute(db);
    refuseOld(rows[0]?.version ?? 0, server);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** `version` as PostgreSQL counts: 150004 is 15.4. */
export function refuseOld(version: number, { address }: Pick<PostgresServer, "address">): void {
  if (version >= oldest * 10_000) return;
  const found = Math.floor(version / 10_000);
  throw new AppError("STORE_UNFIT", `${address} is PostgreSQL ${found}, and a store needs ${oldest} or newer`);
}

/** False where the schema is empty or missing; STORE_UNFIT where it has somebody else's tables. */
async function holdsStore(db: Kysely<Tables>, where: string): Promise<boolean> {
  const found = await tables(db);
  if (["schema_migration", "keyring"].every((name) => found.includes(name))) return true;
  if (found.length === 0) return false;
  throw new AppError("STORE_UNFIT", `the schema ${schema} ${where} has tables of another program`, {
    hint: "give the store a database of its own",
  });
}

async function tables(db: Kysely<Tables>): Promise<readonly string[]> {
  const query = sql<{ name: string }>`select tablename as name from pg_catalog.pg_tables where schemaname = ${schema}`;
  return (await query.execute(db)).rows.map(({ name }) => name);
}

/** A schema is closed when it is made; whoever opened it since is told at the next command. */
async function refuseExposed(db: Kysely<Tables>): Promise<void> {
  const roles = await presentOutsiders(db);
  const query = sql<{ name: string }>`
    select name from unnest(${roles}::text[]) as name where has_schema_privilege(name, ${schema}, 'usage, create')`;
  const { rows } = await query.execute(db);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(", ");
  throw new AppError("STORE_UNFIT", `the schema ${schema} can be entered by ${names}`, {
    hint: `revoke all on schema ${schema} from ${names}`,
  });
}

interface Incoming {
  readonly file: string;
  readonly clock: Clock;
  readonly where: string;
}

/** One transaction, under the lock that every other one takes: of two, the second finds the store of the first. */
async function moveIn(db: Kysely<Tables>, { file, clock, where }: Incoming): Promise<void> {
  const source = await openFile(file, clock);
  try {
    await db.transaction().execute(async (tx) => {
      if (await holdsStore(tx, where)) throw new AppError("ALREADY_EXISTS", `there is a store ${where} already`);
      await refuseUnknown(source, migrations);
      await makeSchema(tx);
      await migrate(tx, migrations, { columns: postgresColumns, clock });
      await copyTables(source, tx);
      await countOn(tx);
    });
  } finally {
    await source.destroy();
  }
}

/** An administrator may have made it, for a user who may not. */
async function makeSchema(tx: KyselyTransaction<Tables>): Promise<void> {
  const known = await sql`select from pg_catalog.pg_namespace where nspname = ${schema}`.execute(tx);
  if (known.rows.length === 0) await sql`create schema ${sql.id(schema)}`.execute(tx);
  for (const role of await presentOutsiders(tx)) {
    const name = role === "public" ? sql`public` : sql.id(role);
    await sql`revoke all on schema ${sql.id(schema)} from ${name}`.execute(tx);
  }
}

/** Columns that count by themselves go on behind the rows that were copied. */
async function countOn(tx: KyselyTransaction<Tables>): Promise<void> {
  const counted = sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = ${schema} and is_identity = 'YES'`;
  for (const { table, column } of (await counted.execute(tx)).rows) {
    const highest = sql`select max(${sql.id(column)}) from ${sql.id(schema, table)}`;
    await sql`select setval(pg_get_serial_sequence(${`${schema}.${table}`}, ${column}), (${highest}))`.execute(tx);
  }
}

/** Whoever writes meanwhile is not held up: the snapshot is the server's own. */
async function copyTo(db: Kysely<Tables>, file: string): Promise<void> {
  await refuseUnknown(db, migrations);
  await writeFile(file, "", { flag: "wx", mode: 0o600 });
  const copy = await openFile(file, systemClock);
  try {
    await db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute((snapshot) =>
        copy.transaction().execute(async (tx) => {
          await migrate(tx, migrations, { columns: sqliteColumns, clock: systemClock });
          await copyTables(snapshot, tx);
        }),
      );
  } finally {
    await copy.destroy();
  }
}
