import { AppError } from "#kernel";
import {
  IdentifierNode,
  OperationNodeTransformer,
  sql,
  type Kysely,
  type KyselyPlugin,
  type SchemableIdentifierNode,
  type SchemaModule,
} from "kysely";
import { presentOutsiders } from "./outsider.ts";

/** Tables of ours that are not in our schema: a platform of the kind that has its settings in the browser looks here. */
const publicTableNames: readonly string[] = ["global_settings"];

class IntoPublic extends OperationNodeTransformer {
  protected override transformSchemableIdentifier(node: SchemableIdentifierNode): SchemableIdentifierNode {
    const transformed = super.transformSchemableIdentifier(node);
    if (transformed.schema !== undefined || !publicTableNames.includes(transformed.identifier.name)) return transformed;
    return { ...transformed, schema: IdentifierNode.create("public") };
  }
}

/** Comes before the plugin that puts every other name into the schema of the store. */
export const publicTables: KyselyPlugin = {
  transformQuery: ({ node }) => new IntoPublic().transformNode(node),
  transformResult: async ({ result }) => result,
};

/**
 * Made and closed in one transaction. Row-level security without a policy lets nobody but the owner see a row, whatever
 * right they are given later; Supabase gives its roles all rights on what is made in `public`, and they are taken back.
 */
export async function makePublicTable(
  db: Kysely<unknown>,
  table: string,
  create: (schema: SchemaModule) => Promise<void>,
): Promise<void> {
  const name = sql.id("public", table);
  const { rows } = await sql`select from pg_catalog.pg_class where oid = to_regclass(${`public.${table}`})`.execute(db);
  if (rows.length > 0) {
    throw new AppError("STORE_UNFIT", `public.${table} is a table of another program`, {
      hint: `take its values over with \`keyturn settings set\` later, and rename it first: alter table public.${table} rename to ${table}_before`,
    });
  }
  await create(db.schema);
  await sql`alter table ${name} enable row level security`.execute(db);
  for (const role of await presentOutsiders(db)) {
    await sql`revoke all on table ${name} from ${role === "public" ? sql`public` : sql.id(role)}`.execute(db);
  }
}

/** Whoever opened one since is told at the next command. */
export async function refuseExposedTables<T>(db: Kysely<T>): Promise<void> {
  const roles = await presentOutsiders(db);
  for (const table of publicTableNames) await refuseExposedTable(db, table, roles);
}

async function refuseExposedTable<T>(db: Kysely<T>, table: string, roles: readonly string[]): Promise<void> {
  const name = `public.${table}`;
  const { rows } = await sql<{ guarded: boolean; policies: number; readers: readonly string[] }>`
    select c.relrowsecurity as guarded,
      (select count(*)::int from pg_catalog.pg_policy p where p.polrelid = c.oid) as policies,
      array(select r from unnest(${roles}::text[]) as r
        where has_table_privilege(r, c.oid, 'select, insert, update, delete, truncate')) as readers
    from pg_catalog.pg_class c where c.oid = to_regclass(${name})`.execute(db);
  const [found] = rows;
  if (found === undefined) return;
  if (!found.guarded)
    throw exposed(`${name} has no row-level security`, `alter table ${name} enable row level security`);
  if (found.policies > 0) throw exposed(`${name} has a policy that lets others in`, `drop the policies of ${name}`);
  if (found.readers.length === 0) return;
  const readers = found.readers.join(", ");
  throw exposed(`${name} can be reached by ${readers}`, `revoke all on table ${name} from ${readers}`);
}

function exposed(message: string, hint: string): AppError {
  return new AppError("STORE_UNFIT", message, { hint });
}
