import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished, test } from "vitest";
import { newKey, type Kek } from "#envelope";
import { Sensitive, type Clock } from "#kernel";
import { createStore, openStore, type NewValue, type Store, type StorePlace } from "#store";
import { emptyDatabase, query } from "./database-for-test.ts";

/** Time that moves only when told to. */
interface TestClock extends Clock {
  advance(ms: number): void;
}

function testClock(start = 1_000_000): TestClock {
  let now = start;
  return {
    now: () => now,
    monotonic: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    advance: (ms) => {
      now += ms;
    },
  };
}

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a store can be in. All that is said of a store is said of each. */
export interface Kind {
  readonly name: "SQLite" | "PostgreSQL";
  /** a place without a store, and a home folder that is not there yet */
  readonly newPlace: () => Promise<StorePlace>;
  readonly newStore: () => Promise<Opened>;
}

export interface Opened {
  readonly store: Store;
  readonly place: StorePlace;
  readonly kek: Kek;
  readonly clock: TestClock;
  /** a second connection to the same database */
  readonly again: () => Promise<Store>;
  /** what somebody does to the database by hand */
  readonly byHand: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export const sqlite: Kind = kindOf("SQLite", async () => ({ folder: join(await tempFolder(), "home") }));

export const postgres: Kind = kindOf("PostgreSQL", async () => {
  const server = await emptyDatabase();
  return { folder: join(await tempFolder(), "home"), server };
});

export const kinds: readonly Kind[] = [sqlite, postgres];

/** One test for each kind. */
export function both(title: string, run: (kind: Kind) => Promise<void>): void {
  for (const kind of kinds) test(`${title} (${kind.name})`, () => run(kind));
}

export const newStore = sqlite.newStore;

function kindOf(name: Kind["name"], newPlace: Kind["newPlace"]): Kind {
  return {
    name,
    newPlace,
    async newStore() {
      const place = await newPlace();
      const [kek, clock] = [newKey(), testClock()];
      const store = closing(await createStore({ ...place, kek, clock }));
      const again = async () => closing(await openStore({ ...place, kek, clock }));
      return { store, place, kek, clock, again, byHand: (statement) => byHand(place, statement) };
    },
  };
}

async function byHand({ folder, server }: StorePlace, statement: string) {
  if (server !== undefined) return query(server, `set search_path = keyturn, public; ${statement}`);
  const raw = new DatabaseSync(join(folder, "keyturn.db"));
  try {
    return raw.prepare(statement).all();
  } finally {
    raw.close();
  }
}

/** Closed at the end of the test, also when the test closed it. */
export function closing(store: Store): Store {
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

export const anna = { name: "anna@ops1" };

export function secret(name: string, value: string, more: Partial<NewValue> = {}): NewValue {
  return { name, scope: {}, value: Sensitive.of(value), sensitive: true, origin: "prompt", actor: anna, ...more };
}
