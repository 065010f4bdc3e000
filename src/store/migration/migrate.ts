import { AppError, type Clock } from "#kernel";
import type { Kysely, Transaction as KyselyTransaction } from "kysely";
import type { Columns } from "../dialect/column.ts";
import type { Tables } from "../schema.ts";

/** Forward only. `breaking`: a Keyturn that doesn't know it must not open the store. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly breaking: boolean;
  up(db: Kysely<unknown>, columns: Columns): Promise<void>;
}

/** Throws STORE_NEWER when the store has a breaking migration that is not in `known`. Changes nothing. */
export async function refuseNewer(db: Kysely<Tables>, known: readonly Migration[]): Promise<void> {
  const [unknown] = (await newer(db, known)).filter(({ breaking }) => breaking === 1);
  if (unknown !== undefined) throw tooNew(unknown, known);
}

/**
 * For a copy of the rows, which brings only what we know: STORE_NEWER also where what is not in `known` breaks nothing.
 */
export async function refuseUnknown(db: Kysely<Tables>, known: readonly Migration[]): Promise<void> {
  const [unknown] = await newer(db, known);
  if (unknown !== undefined) throw tooNew(unknown, known);
}

/** Applies what is missing, in the transaction given: a failure leaves the schema as it was. */
export async function migrate(
  tx: KyselyTransaction<Tables>,
  migrations: readonly Migration[],
  { columns, clock }: { readonly columns: Columns; readonly clock: Clock },
): Promise<void> {
  await createLedger(tx, columns);
  const applied = await tx.selectFrom("schema_migration").select("number").execute();
  const done = new Set(applied.map((row) => row.number));
  for (const migration of migrations) {
    const { number, name, breaking } = migration;
    if (done.has(number)) continue;
    await migration.up(tx as unknown as Kysely<unknown>, columns);
    const row = { number, name, breaking: breaking ? 1 : 0, applied_at: clock.now() };
    await tx.insertInto("schema_migration").values(row).execute();
  }
}

async function createLedger(tx: KyselyTransaction<Tables>, { long, text }: Columns): Promise<void> {
  await tx.schema
    .createTable("schema_migration")
    .ifNotExists()
    .addColumn("number", "integer", (c) => c.primaryKey())
    .addColumn("name", text, (c) => c.notNull())
    .addColumn("breaking", "integer", (c) => c.notNull())
    .addColumn("applied_at", long, (c) => c.notNull())
    .execute();
}

async function newer(db: Kysely<Tables>, known: readonly Migration[]) {
  const newest = known.at(-1)?.number ?? 0;
  const query = db.selectFrom("schema_migration").select(["number", "breaking"]).where("number", ">", newest);
  return query.orderBy("number").execute();
}

function tooNew({ number }: { readonly number: number }, known: readonly Migration[]): AppError {
  const newest = known.at(-1)?.number ?? 0;
  return new AppError("STORE_NEWER", `the store has schema ${number}, this Keyturn knows ${newest}`, {
    data: { store: number, known: newest },
  });
}
