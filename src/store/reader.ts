import { oncePerTurn, type Clock } from "#kernel";
import type { Kysely } from "kysely";
import type { Database, ReaderConnection } from "./database.ts";
import type { Tables } from "./schema.ts";
import type { ReadTransaction, Store } from "./store.ts";
import type { TransactionQueue } from "./transaction.ts";

export interface ReaderOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** of the connection that writes */
  readonly queue: TransactionQueue;
  readonly queueFor: (db: Kysely<Tables>) => TransactionQueue;
}

/** More of them than a server is asked about at one time. */
const recalled = 1000;

export interface Reader extends Pick<Store, "read" | "recall" | "close"> {
  /** the connection that writes has committed something */
  forget(): void;
}

/** Opens its connection with the first read. */
export function lazyReader(options: ReaderOptions): Reader {
  let opening: Promise<Reader> | undefined;
  let opened: Reader | undefined;
  const open = () => (opening ??= openReader(options).then(keep, tryAgain));
  const keep = (reader: Reader): Reader => (opened = reader);
  const tryAgain = (error: unknown): never => {
    opening = undefined;
    throw error;
  };
  return {
    read: async (work) => (await open()).read(work),
    recall: async (key, work) => (await open()).recall(key, work),
    forget: () => opened?.forget(),
    close: async () => opening?.then((reader) => reader.close()),
  };
}

async function openReader({ database, clock, queue, queueFor }: ReaderOptions): Promise<Reader> {
  const connection = await database.openReader(clock);
  if (connection === undefined) {
    const recall = <T>(_: string, work: Work<T>): Promise<T> => queue.read(work);
    return { read: (work) => queue.read(work), recall, forget: () => undefined, close: async () => undefined };
  }
  const reads = queueFor(connection.db);
  const close = async (): Promise<void> => {
    await reads.alone(() => connection.db.destroy());
    connection.close();
  };
  return { read: (work) => reads.read(work), ...recallBy(connection, reads), close };
}

type Work<T> = (tx: ReadTransaction) => Promise<T>;

/** What is read behind a commit may be kept under the stamp of before: it is read once more then, and never given late. */
function recallBy(connection: ReaderConnection, queue: TransactionQueue) {
  const { look, forget } = oncePerTurn(() => connection.stamp());
  let stamp = NaN;
  const known = new Map<string, Promise<unknown>>();
  const recall = <T>(key: string, work: Work<T>): Promise<T> => {
    const now = look();
    if (now !== stamp) known.clear();
    stamp = now;
    const before = known.get(key);
    if (before !== undefined) return before as Promise<T>;
    const result = queue.read(work);
    if (known.size < recalled) known.set(key, result);
    // what failed is tried again
    result.catch(() => known.get(key) === result && known.delete(key));
    return result;
  };
  return { recall, forget };
}
