import { first } from "./0001-first.ts";
import { leaseProcess } from "./0002-lease-process.ts";
import type { Migration } from "./migrate.ts";

/** In order. A migration that was released is never edited again. */
export const migrations: readonly Migration[] = [first, leaseProcess];
