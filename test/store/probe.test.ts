import { expect } from "vitest";
import type { Fingerprint } from "#kernel";
import { anna, both } from "./with-store.ts";

const found = {
  provider: "openai",
  name: "OPENAI_API_KEY",
  version: 1,
  fingerprint: "00112233aabbccdd" as Fingerprint,
  address: "",
  state: "ok",
  meaning: "models are listed",
  actor: anna,
};

both("a state is one period for as long as it stays the same, and tells since when", async (on) => {
  const { store, clock } = await on.newStore();
  const record = async (more: Partial<typeof found> = {}) => {
    clock.advance(60_000);
    return store.transaction(async (tx) => (await tx.environment("production")).probes.record({ ...found, ...more }));
  };
  const first = await record();
  expect(first).toMatchObject({ since: clock.now(), last: clock.now(), times: 1, actor: anna.name });
  expect(await record()).toMatchObject({ since: first.since, last: clock.now(), times: 2 });
  const gone = await record({ state: "exhausted", meaning: "out of credit" });
  expect(gone).toMatchObject({ since: clock.now(), times: 1 });
  const again = await record();
  expect(again).toMatchObject({ since: clock.now(), times: 1 });
  const list = await store.transaction(async (tx) => (await tx.environment("production")).probes.list());
  expect(list.map(({ state, since }) => [state, since])).toEqual([
    ["ok", again.since],
    ["exhausted", gone.since],
    ["ok", first.since],
  ]);
});

both("another value, another address and another environment begin periods of their own", async (on) => {
  const { store } = await on.newStore();
  await store.transaction(async (tx) => {
    const { probes } = await tx.environment("production");
    await probes.record(found);
    await probes.record({ ...found, version: 2, fingerprint: "99112233aabbccdd" as Fingerprint });
    await probes.record({ ...found, address: "1111" });
    await probes.record({ ...found, name: "BACKUP_KEY" });
    expect((await probes.list()).map(({ times }) => times)).toEqual([1, 1, 1, 1]);
    expect((await probes.list()).filter(({ name }) => name === "BACKUP_KEY")).toHaveLength(1);
    expect(await (await tx.environment("staging")).probes.list()).toEqual([]);
  });
});
