import type { AsyncLocalStorage } from "node:async_hooks";
import { AppError, type Clock, type MakeId } from "#kernel";
import type { Kysely } from "kysely";
import { accounts, attempts, sessions } from "./account.ts";
import { auditLog } from "./audit-log.ts";
import { classify } from "./dialect/sqlite.ts";
import { environments, findEnvironment, openEnvironment } from "./environment.ts";
import type { Keyring } from "./keyring.ts";
import { keys } from "./keys.ts";
import { challenges, passkeys } from "./passkey.ts";
import type { Tables } from "./schema.ts";
import type { Session } from "./session.ts";
import type { ReadTransaction, Transaction } from "./store.ts";
import { tokens } from "./token.ts";

export interface TransactionQueue {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T>;
  /** between two transactions */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

interface QueueContext {
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** shared by the queues of a store */
  readonly inside: Inside;
}

export type Inside = AsyncLocalStorage<{ running: boolean }>;

/** One connection, one transaction at a time: whoever comes later waits. */
export function transactions(db: Kysely<Tables>, { inside, ...context }: QueueContext): TransactionQueue {
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    // waiting for itself would hang for ever
    if (inside.getStore()?.running === true) {
      throw new AppError("INTERNAL", "a transaction was begun inside a transaction");
    }
    const turn = { running: true };
    const run = last
      .then(() => inside.run(turn, work))
      .then(
        (result) => {
          turn.running = false;
          return result;
        },
        (error: unknown) => {
          turn.running = false;
          throw classify(error);
        },
      );
    last = run.catch(() => undefined);
    return run;
  };
  const transaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    alone(async () => {
      const effects: (() => void)[] = [];
      const result = await db
        .transaction()
        .execute((tx) => work(roomsOf({ ...context, tx, afterCommit: (effect) => effects.push(effect) })));
      for (const effect of effects) effect();
      return result;
    });
  const read = <T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T> =>
    alone(() =>
      db
        .transaction()
        .setAccessMode("read only")
        .execute((tx) => work(readRoomsOf({ ...context, tx, afterCommit }))),
    );
  return {
    transaction: async (work) => transaction(work),
    read: async (work) => read(work),
    alone: async (work) => alone(work),
  };
}

function readRoomsOf(session: Session): ReadTransaction {
  return { ...roomsOf(session), environment: (name) => findEnvironment(session, name) };
}

function afterCommit(): never {
  throw new AppError("INTERNAL", "a read has no effect behind its commit");
}

function roomsOf(session: Session): Transaction {
  return {
    environments: environments(session),
    environment: (name, options = {}) => openEnvironment(session, name, options),
    keys: keys(session),
    audit: auditLog(session),
    accounts: accounts(session),
    sessions: sessions(session),
    passkeys: passkeys(session),
    challenges: challenges(session),
    attempts: attempts(session),
    tokens: tokens(session),
  };
}
