import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { anna, newStore, secret } from "./with-store.ts";

test("a value that was put comes back byte for byte, also after the store was closed and opened again", async () => {
  const { store, again } = await newStore();
  const bytes = Buffer.from([0, 255, 10, 13, 39, 34]);
  const { version } = await store.transaction(async (tx) => {
    const { values } = await tx.environment("production");
    return values.put(secret("TOKEN", "", { value: Sensitive.of(bytes) }));
  });
  await store.close();
  const reopened = await again();
  const value = await reopened.transaction(async (tx) => (await tx.environment("production")).values.open(version.id));
  expect(value.reveal().equals(bytes)).toBe(true);
});

test("the same bytes again are unchanged, other bytes are the next version", async () => {
  const { store } = await newStore();
  const kinds = await store.transaction(async (tx) => {
    const { values } = await tx.environment("production");
    const results = [];
    for (const value of ["a", "a", "b"]) results.push(await values.put(secret("TOKEN", value)));
    await tx.audit.append({
      actor: anna,
      action: "value.set",
      environment: "production",
      subject: "TOKEN",
      detail: {},
    });
    return results.map(({ kind, version }) => `${kind} ${version.number}`);
  });
  expect(kinds).toEqual(["stored 1", "unchanged 1", "stored 2"]);
});
