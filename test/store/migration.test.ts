import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { systemClock } from "#kernel";
import { openStore } from "#store";
import { sqliteColumns } from "../../src/store/dialect/column.ts";
import { databaseFile, openFile } from "../../src/store/dialect/sqlite.ts";
import { migrations } from "../../src/store/migration/index.ts";
import { migrate, type Migration } from "../../src/store/migration/migrate.ts";
import { closing, newStore } from "./with-store.ts";

const context = { columns: sqliteColumns, clock: systemClock };

function tables(folder: string): readonly string[] {
  const raw = new DatabaseSync(join(folder, "keyturn.db"));
  const rows = raw.prepare("select name from sqlite_master where type = 'table' order by name").all();
  raw.close();
  return rows.map(({ name }) => String(name));
}

test("migrations are numbered from 1 without a gap", () => {
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
});

test("what is missing is applied once, in order, and a failing one leaves the schema as it was", async () => {
  const {
    store,
    place: { folder },
  } = await newStore();
  await store.close();
  const before = tables(folder);
  const later = (number: number, fail: boolean): Migration => ({
    number,
    name: `later ${number}`,
    breaking: false,
    async up(db) {
      await db.schema.createTable(`later_${number}`).addColumn("id", "integer").execute();
      if (fail) throw new Error("stop");
    },
  });
  const [next, after] = [migrations.length + 1, migrations.length + 2];
  const run = async (list: readonly Migration[]) => {
    const db = await openFile(databaseFile(folder), systemClock);
    const done = db.transaction().execute((tx) => migrate(tx, [...migrations, ...list], context));
    await done.finally(() => db.destroy());
  };
  await expect(run([later(next, false), later(after, true)])).rejects.toThrow("stop");
  expect(tables(folder)).toEqual(before);
  await run([later(next, false)]);
  await run([later(next, false), later(after, false)]);
  const added = tables(folder).filter((name) => !before.includes(name));
  expect(new Set(added)).toEqual(new Set([`later_${next}`, `later_${after}`]));
});

test("a store that another program holds for too long is busy, and works again after", async () => {
  const {
    store,
    place: { folder },
    kek,
  } = await newStore();
  await store.close();
  let now = 0;
  const clock = {
    ...systemClock,
    monotonic: () => now,
    sleep: async () => {
      now += 10_000;
    },
  };
  const opened = closing(await openStore({ folder, kek, clock }));
  const other = new DatabaseSync(join(folder, "keyturn.db"));
  other.exec("begin immediate");
  await expect(opened.transaction(async () => 1)).rejects.toMatchObject({ code: "STORE_BUSY", retryable: true });
  other.exec("rollback");
  other.close();
  expect(await opened.transaction(async () => 1)).toBe(1);
});
