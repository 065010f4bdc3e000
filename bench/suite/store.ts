import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { newKey, type Kek } from "#envelope";
import { Sensitive } from "#kernel";
import { createStore, openStore, type Store, type Version } from "#store";
import type { Bench, Benchmark, Row } from "../benchmark.ts";
import { race, type Timing } from "../race.ts";

export const store: Benchmark = {
  name: "store",
  title: "The store",
  about: `Values of 40 bytes, sealed each under a key of its own. A write is one transaction that is on the disk when it returns
(SQLite's \`synchronous=FULL\`); a read opens one value that was sealed. Versions are spread over 1,000 names at most, so
the larger store has 100 versions of each.`,
  measure: async (bench) => {
    const rows: Row[] = [];
    for (const versions of [100, 100_000]) rows.push(...(await measureStore(bench, versions)));
    return rows;
  },
};

const environment = "bench";
/** enough that the clock's grain and one slow write don't matter */
const [reads, writes] = [1000, 100];

async function measureStore({ folder, signal, tell }: Bench, versions: number): Promise<readonly Row[]> {
  const label = `${versions.toLocaleString("en")} versions`;
  tell(`a store with ${label}`);
  const place = { folder: join(folder, `${versions}`), kek: newKey() };
  const store = await createStore(place);
  await fill(store, versions);
  const present = await store.transaction(async (tx) => (await tx.environment(environment)).values.present());
  const contenders = [
    { name: "open", run: () => openAndClose(place) },
    { name: "reads", run: () => read(store, present) },
    { name: "writes", run: () => write(store) },
  ];
  const [open, reading, writing] = await race(contenders, { rounds: 5, signal });
  await store.close();
  if (open === undefined || reading === undefined || writing === undefined) return [];
  return [
    { what: `${label}: open`, timing: open },
    { what: `${label}: reads`, figure: rate(reading, reads) },
    { what: `${label}: sealed writes`, figure: rate(writing, writes) },
  ];
}

async function openAndClose(place: { readonly folder: string; readonly kek: Kek }): Promise<void> {
  const store = await openStore(place);
  await store.transaction((tx) => tx.environment(environment));
  await store.close();
}

async function read(store: Store, present: readonly Version[]): Promise<void> {
  for (let count = 0; count < reads; count += 1) {
    const id = present[count % present.length]?.id ?? 0;
    await store.transaction(async (tx) => (await tx.environment(environment)).values.open(id));
  }
}

async function write(store: Store): Promise<void> {
  for (let count = 0; count < writes; count += 1) await put(store, [nameOf(count)]);
}

async function fill(store: Store, versions: number): Promise<void> {
  const names = Array.from({ length: Math.min(versions, 1000) }, (_, index) => nameOf(index));
  for (let left = versions; left > 0; left -= names.length) await put(store, names);
}

/** New values, all of them in one transaction. */
function put(store: Store, names: readonly string[]): Promise<void> {
  return store.transaction(async (tx) => {
    const { values } = await tx.environment(environment);
    for (const name of names) {
      const value = Sensitive.of(randomBytes(20).toString("hex"));
      await values.put({ name, scope: {}, value, sensitive: true, origin: "bench", actor: { name: "bench" } });
    }
  });
}

function nameOf(index: number): string {
  return `BENCH_${index}`;
}

function rate({ median }: Timing, count: number): string {
  return `${Math.round((count * 1000) / median).toLocaleString("en")}/s`;
}
