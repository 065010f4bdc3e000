import { expect } from "vitest";
import type { Fingerprint } from "#kernel";
import { anna, both } from "./with-store.ts";

const content = {
  fields: [{ id: "key", variable: "OPENAI_API_KEY", version: 1, fingerprint: "00112233aabbccdd" as Fingerprint }],
  reason: "the vendor is down",
};
const saved = { provider: "openai", origin: "saved", check: "unverified", content, actor: anna } as const;

both("settings are counted over all providers, and come newest first", async (on) => {
  const { store, clock } = await on.newStore();
  const revisions = await store.transaction(async (tx) => {
    const { settings } = await tx.environment("production");
    await settings.save(saved);
    await settings.save({ ...saved, provider: "deepgram", check: "verified" });
    await settings.setRollout(2, "ro_1");
    await settings.save({ ...saved, origin: "restored", earlier: 1 });
    return settings.list();
  });
  expect(revisions.map(({ revision, provider }) => [revision, provider])).toEqual([
    [3, "openai"],
    [2, "deepgram"],
    [1, "openai"],
  ]);
  expect(revisions[0]).toEqual({
    revision: 3,
    provider: "openai",
    origin: "restored",
    earlier: 1,
    check: "unverified",
    actor: anna.name,
    createdAt: clock.now(),
    content,
  });
  expect(revisions[1]).toMatchObject({ rollout: "ro_1", check: "verified" });
});

both("what was saved waits until its rollout is begun, or there is nothing to begin", async (on) => {
  const { store } = await on.newStore();
  const waits = await store.transaction(async (tx) => {
    const { settings } = await tx.environment("production");
    const seen = async () => (await settings.list()).map((one) => one.waits);
    expect((await settings.save({ ...saved, waits: "waves" })).waits).toBe("waves");
    await settings.save({ ...saved, waits: "at-once" });
    await settings.save(saved);
    await (await tx.environment("staging")).settings.save({ ...saved, waits: "waves" });
    const before = await seen();
    await settings.setRollout(2, "ro_1");
    const begun = await seen();
    await settings.settle(1);
    await settings.settle(3);
    const other = await (await tx.environment("staging")).settings.list();
    return [before, begun, await seen(), other.map((one) => one.waits)];
  });
  const [none, all] = [undefined, "waves"];
  expect(waits).toEqual([[none, "at-once", all], [none, none, all], [none, none, none], [all]]);
});

both("environments count for themselves", async (on) => {
  const { store } = await on.newStore();
  const other = await store.transaction(async (tx) => {
    await (await tx.environment("production")).settings.save(saved);
    const { settings } = await tx.environment("staging");
    return [await settings.list(), (await settings.save(saved)).revision];
  });
  expect(other).toEqual([[], 1]);
});

both("a row that was changed by hand is there without its content, and the others stay readable", async (on) => {
  const { store, byHand } = await on.newStore();
  await store.transaction(async (tx) => {
    const { settings } = await tx.environment("production");
    await settings.save(saved);
    await settings.save({ ...saved, provider: "deepgram" });
  });
  await byHand("update global_settings set provider = 'google' where revision = 1");
  const list = await store.transaction(async (tx) => (await tx.environment("production")).settings.list());
  expect(list.map(({ provider, content: found }) => [provider, found !== undefined])).toEqual([
    ["deepgram", true],
    ["google", false],
  ]);
});

both("a user has one runtime of a service, on the lowest free seat of its host", async (on) => {
  const { store } = await on.newStore();
  const seats = await store.transaction(async (tx) => {
    const { userRuntimes } = await tx.environment("production");
    const add = async (user: string, host = "box1") =>
      (await userRuntimes.add({ service: "agent", user, host, actor: anna })).seat;
    const first = [await add("alice"), await add("bob"), await add("carol", "box2")];
    expect(await userRuntimes.remove({ service: "agent", user: "alice" })).toBe(true);
    expect(await userRuntimes.remove({ service: "agent", user: "alice" })).toBe(false);
    return [...first, await add("dora"), await add("emil")];
  });
  expect(seats).toEqual([0, 1, 0, 0, 2]);
  const twice = store.transaction(async (tx) => {
    const { userRuntimes } = await tx.environment("production");
    await userRuntimes.add({ service: "agent", user: "bob", host: "box2", actor: anna });
  });
  await expect(twice).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  const users = await store.transaction(async (tx) => (await tx.environment("production")).userRuntimes.list());
  expect(users.map(({ user, host, seat }) => [user, host, seat])).toEqual([
    ["bob", "box1", 1],
    ["carol", "box2", 0],
    ["dora", "box1", 0],
    ["emil", "box1", 2],
  ]);
});
