import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { newKey, type Kek } from "#envelope";
import { Sensitive, type Clock } from "#kernel";
import { createStore, openStore, type NewValue, type Store } from "#store";

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

export interface Opened {
  readonly store: Store;
  readonly folder: string;
  readonly kek: Kek;
  readonly clock: TestClock;
  /** a second connection to the same file */
  readonly again: () => Promise<Store>;
}

export async function newStore(): Promise<Opened> {
  const folder = join(await tempFolder(), "home");
  const [kek, clock] = [newKey(), testClock()];
  const store = closing(await createStore({ folder, kek, clock }));
  return { store, folder, kek, clock, again: async () => closing(await openStore({ folder, kek, clock })) };
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
