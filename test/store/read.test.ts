import { expect, test } from "vitest";
import type { ReadTransaction } from "#store";
import { anna, both, secret, sqlite } from "./with-store.ts";

/** What another process commits comes from outside of the present turn; here it is the same process. */
const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

const values = async (tx: ReadTransaction) =>
  (await (await tx.environment("production"))?.values.present())?.map(({ name }) => name);

both("a read sees what was committed, makes no environment, and changes nothing", async (on) => {
  const { store } = await on.newStore();
  expect(await store.read(values)).toBeUndefined();
  await store.transaction(async (tx) => (await tx.environment("production")).values.put(secret("TOKEN", "v")));
  expect(await store.read(values)).toEqual(["TOKEN"]);
  await expect(
    store.read((tx) => tx.audit.append({ actor: anna, action: "value.set", subject: "TOKEN", detail: {} })),
  ).rejects.toThrow();
  expect(await store.read(async (tx) => (await tx.audit.head()).size)).toBe(0);
});

both("what is recalled is what is there, whoever has changed it", async (on) => {
  const { store, again } = await on.newStore();
  const other = await again();
  const put = (which: typeof store, name: string) =>
    which.transaction(async (tx) => (await tx.environment("production")).values.put(secret(name, "v")));
  expect(await store.recall("names", values)).toBeUndefined();
  await put(store, "A");
  expect(await store.recall("names", values)).toEqual(["A"]);
  await put(other, "B");
  await nextTurn();
  expect(await store.recall("names", values)).toEqual(["A", "B"]);
  expect(await store.recall("others", async () => "else")).toBe("else");
});

both("a read that failed is tried again", async (on) => {
  const { store } = await on.newStore();
  await expect(store.recall("key", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await store.recall("key", async () => "yes")).toBe("yes");
});

test("in a file a read waits for no writer, and the same is read once", async () => {
  const { store, again } = await sqlite.newStore();
  const other = await again();
  let reads = 0;
  const count = () =>
    store.recall("count", async () => {
      reads += 1;
      return reads;
    });
  await other.transaction(async (tx) => {
    await tx.environment("production");
    expect(await store.read(values)).toBeUndefined();
    expect([await count(), await count()]).toEqual([1, 1]);
  });
  await nextTurn();
  expect([await count(), await count()]).toEqual([2, 2]);
});
