import type { Database } from "./database.ts";
import { postgresDatabase } from "./dialect/postgres.ts";
import { sqliteDatabase } from "./dialect/sqlite.ts";
import type { PostgresServer } from "./postgres-server.ts";

/** Where a store is. The home folder has its keys, and what is made aside. */
export interface StorePlace {
  readonly folder: string;
  /** a store on a server; otherwise it is a file in the folder */
  readonly server?: PostgresServer;
}

export function databaseOf({ folder, server }: StorePlace): Database {
  return server === undefined ? sqliteDatabase(folder) : postgresDatabase(server);
}

export async function storeExists(place: StorePlace): Promise<boolean> {
  return databaseOf(place).exists();
}
