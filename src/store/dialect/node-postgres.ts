import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import { AppError } from "#kernel";
import {
  CompiledQuery,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type PostgresPool,
  type PostgresPoolClient,
  type TransactionSettings,
} from "kysely";
import type { Pool as PgPool, PoolClient } from "pg";
import type { PostgresServer } from "../postgres-server.ts";
import { postgresFailure, sqlState } from "./postgres-failure.ts";

/** milliseconds; a server behind a firewall that drops what is sent would be waited for much longer */
const connectLimit = 10_000;
/** milliseconds; longer than a lock is waited for */
const answerLimit = 60_000;
/** seconds that a transaction waits for another process; each holds the store for milliseconds */
const busyLimit = 30;
/** seconds after which the server ends the transaction of a process that went silent, and with it what the others wait for */
const silentLimit = 20;
/** any number, as long as every Keyturn takes the same: "keyturn" in ASCII */
const writeLock = "30229394827342446";

/**
 * kysely's PostgreSQL dialect over pg, loaded when a store is on a server. One transaction that may write at a time, in
 * whatever process: each takes the same lock as its first statement, and its later statements see what was committed
 * before (docs/decisions/0016).
 */
export async function nodePostgresDialect(server: PostgresServer): Promise<Dialect> {
  const pool = await openPool(server);
  const base = new PostgresDialect({ pool });
  return {
    createDriver: (): Driver => new SingleWriterDriver({ pool }),
    createQueryCompiler: () => base.createQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => base.createIntrospector(db),
  };
}

class SingleWriterDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    if (settings.accessMode === "read only") {
      await connection.executeQuery(CompiledQuery.raw("begin isolation level repeatable read read only"));
      return;
    }
    const begin = [
      "begin isolation level read committed read write",
      `set local lock_timeout = '${busyLimit}s'`,
      `set local idle_in_transaction_session_timeout = '${silentLimit}s'`,
      `select pg_advisory_xact_lock(${writeLock})`,
    ];
    try {
      await connection.executeQuery(CompiledQuery.raw(begin.join("; ")));
    } catch (error) {
      await connection.executeQuery(CompiledQuery.raw("rollback")).catch(() => undefined);
      throw error;
    }
  }
}

/** One connection, made when it is first needed, and again after it was lost. */
async function openPool(server: PostgresServer): Promise<PostgresPool> {
  const { Pool, types } = await import("pg");
  const { host, port, user, database, password } = server;
  let socket: Socket | undefined;
  const pool = new Pool({
    // where and as whom is said in full: what is left out, pg takes from the process environment
    host,
    port,
    user,
    database,
    password: () => {
      if (password !== undefined) return password.reveal().toString("utf8");
      throw new AppError("STORE_REFUSED", `${server.address} asks for a password, and there is none`, {
        hint: "write it to store.password in the home folder (mode 600), or give systemd's credential keyturn-store-password",
      });
    },
    ssl: await tlsOptions(server),
    stream: () => (socket = new Socket()),
    application_name: "keyturn",
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: connectLimit,
    query_timeout: answerLimit,
    keepAlive: true,
    types: {
      getTypeParser: (type, format) => (type === types.builtins.INT8 ? wholeNumber : types.getTypeParser(type, format)),
    },
  });
  // whoever uses the connection next is told; without a listener the process would end
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  // pg leaves the connection open when it fails before the server ends it, and the process would wait for that
  return facadeOf(pool, { server, abandon: () => socket?.destroy() });
}

async function tlsOptions({ tls }: PostgresServer) {
  if (tls.kind === "off") return false;
  if (tls.rootCertificate === undefined) return { rejectUnauthorized: true };
  const ca = await readFile(tls.rootCertificate, "utf8").catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `the certificates ${tls.rootCertificate} can't be read`, { cause });
  });
  return { rejectUnauthorized: true, ca };
}

/** pg gives 64 bits as text, since not every number of them is one of JavaScript's; all of ours are. */
function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new AppError("STORE_BROKEN", "the store has a number that none of ours is");
}

interface Way {
  readonly server: PostgresServer;
  /** closes what was opened for a connection that failed */
  readonly abandon: () => void;
}

/** What fails is classified where it happens; a connection that may be in the midst of something is not used again. */
function facadeOf(pool: PgPool, { server, abandon }: Way): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        abandon();
        throw postgresFailure(error, server);
      });
      return clientOf(client, server);
    },
  };
}

function clientOf(client: PoolClient, server: PostgresServer): PostgresPoolClient {
  let lost = false;
  return {
    // kysely's type has a form for cursors as well, which nothing here uses
    query: (async (text: string, parameters: readonly unknown[]) => {
      try {
        return await client.query(text, [...parameters]);
      } catch (error) {
        lost ||= sqlState(error) === undefined && !(error instanceof AppError);
        throw postgresFailure(error, server);
      }
    }) as unknown as PostgresPoolClient["query"],
    release: () => client.release(lost),
  };
}
