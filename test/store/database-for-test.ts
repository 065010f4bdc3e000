import { randomBytes } from "node:crypto";
import { Client, type QueryResult } from "pg";
import { inject, onTestFinished } from "vitest";
import { readServer, type PostgresServer } from "#store";

/** Databases of tests that are over: to empty one takes a fraction of what it takes to make one. */
const idle: PostgresServer[] = [];

/** An empty database of the user `keyturn`, on the server of this run. */
export async function emptyDatabase(): Promise<PostgresServer> {
  const server = idle.pop() ?? (await newDatabase());
  onTestFinished(async () => {
    const others =
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user";
    await query(
      server,
      `${others} and pid <> pg_backend_pid(); drop schema if exists keyturn cascade; drop table if exists public.global_settings`,
    );
    idle.push(server);
  });
  return server;
}

async function newDatabase(): Promise<PostgresServer> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await query(serverOf("postgres", "postgres"), `create database ${name} owner keyturn`);
  return serverOf("keyturn", name);
}

/** Any database of that server, by its socket; the user `postgres` is its administrator. */
export function serverOf(user: string, database: string): PostgresServer {
  const { socket, port } = inject("postgres");
  return readServer(`postgres://${user}@${encodeURIComponent(socket)}:${port}/${database}`);
}

/** As a program other than Keyturn does it; gives the rows of the last statement. */
export async function query({ host, port, user, database }: PostgresServer, text: string) {
  const client = new Client({ host, port, user, database });
  await client.connect();
  try {
    const results: QueryResult<Record<string, unknown>> | QueryResult<Record<string, unknown>>[] =
      await client.query(text);
    return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [];
  } finally {
    await client.end();
  }
}
