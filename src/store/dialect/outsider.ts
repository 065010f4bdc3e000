import { sql, type Kysely } from "kysely";

/** What everybody has, and the roles by which the API of Supabase reads. */
const outsiders = ["public", "anon", "authenticated", "service_role"];

/** Whichever of them the server has: none may see what is ours. */
export async function presentOutsiders<T>(db: Kysely<T>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select rolname as name from pg_catalog.pg_roles`.execute(db);
  const names = new Set(["public", ...rows.map(({ name }) => name)]);
  return outsiders.filter((name) => names.has(name));
}
