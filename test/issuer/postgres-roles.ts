import { Client } from "pg";
import { inject, onTestFinished } from "vitest";

export const firstPassword = "the password/that was@first";

export interface RolesForTest {
  readonly group: string;
  /** may log in */
  readonly a: string;
  /** is not there yet */
  readonly b: string;
  readonly adminUri: string;
  readonly sql: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly uri: (role: string, password: string) => string;
  /** whether it lets the role in, and to the group's table */
  readonly takes: (role: string, password: string) => Promise<boolean>;
}

let count = 0;

/** A role that may log in, of a group that owns the table `calls` of a schema of the same name. */
export async function makeRoles(): Promise<RolesForTest> {
  const { port, password } = inject("postgres");
  count += 1;
  const [group, a, b] = ["group", "a", "b"].map((name) => `issuer_${name}_${process.pid}_${count}`) as [
    string,
    string,
    string,
  ];
  const root = new Client({ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" });
  await root.connect();
  const sql: RolesForTest["sql"] = async (text) => (await root.query(text)).rows as Readonly<Record<string, unknown>>[];
  onTestFinished(async () => {
    await sql(`drop schema if exists ${group} cascade`);
    for (const role of [a, b]) {
      const [known] = await sql(`select 1 from pg_roles where rolname = '${role}'`);
      if (known !== undefined) await sql(`drop owned by ${role}; drop role ${role}`);
    }
    await sql(`drop role ${group}`);
    await root.end();
  });
  await sql(`create role ${group}; create role ${a} login password '${firstPassword}' in role ${group}`);
  await sql(`alter role ${a} set search_path to ${group}, public; alter role ${a} set role to ${group}`);
  await sql(`create schema ${group} authorization ${group}; create table ${group}.calls (n int)`);
  await sql(`alter table ${group}.calls owner to ${group}`);
  const uri: RolesForTest["uri"] = (role, secret) =>
    `postgres://${role}:${encodeURIComponent(secret)}@127.0.0.1:${port}/postgres`;
  return {
    group,
    a,
    b,
    adminUri: uri("postgres", password),
    sql,
    uri,
    takes: async (role, secret) => {
      const client = new Client({ connectionString: uri(role, secret) });
      try {
        await client.connect();
        await client.query("insert into calls values (1)");
        return true;
      } catch {
        return false;
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}
