import { expect } from "vitest";
import { both } from "./with-store.ts";

const account = { id: "acc_1", name: "anna", roles: "*:admin", actor: "test" };

both("a link opens once, for the account it was made for, and the newest of an account alone", async (on) => {
  const { store, clock } = await on.newStore();
  const expiresAt = clock.now() + 1000;
  await store.transaction(async ({ accounts }) => {
    expect(await accounts.add(account)).toBe(true);
    expect(await accounts.add({ ...account, id: "acc_2" })).toBe(false);
    await accounts.putLink({ digest: "old", account: "acc_1", expiresAt });
    await accounts.putLink({ digest: "new", account: "acc_1", expiresAt });
    await accounts.putLink({ digest: "first", expiresAt });
    expect(await accounts.takeLink("old")).toBeUndefined();
    expect(await accounts.findLink("new")).toEqual({ account: "acc_1" });
    expect(await accounts.takeLink("new")).toEqual({ account: "acc_1" });
    expect(await accounts.takeLink("new")).toBeUndefined();
  });
  clock.advance(2000);
  expect(await store.transaction(({ accounts }) => accounts.findLink("first"))).toBeUndefined();
  expect(await store.transaction(({ accounts }) => accounts.takeLink("first"))).toBeUndefined();
});

both("sessions end alone, all at once, and with their account", async (on) => {
  const { store } = await on.newStore();
  await store.transaction(async ({ accounts, sessions }) => {
    await accounts.add(account);
    await accounts.setPassword("acc_1", "hash");
    for (const digest of ["a", "b", "c"]) await sessions.begin({ digest, account: "acc_1", olderThan: 0 });
    expect((await sessions.find("a"))?.account).toMatchObject({ name: "anna", hasPassword: true });
    await sessions.end("a");
    expect(await sessions.find("a")).toBeUndefined();
    expect(await sessions.endAll("acc_1")).toBe(2);
    await sessions.begin({ digest: "d", account: "acc_1", olderThan: 0 });
    await accounts.disable("acc_1");
    expect(await sessions.find("d")).toBeUndefined();
    expect((await accounts.find("anna"))?.disabledAt).toBeGreaterThan(0);
  });
});

both("attempts are counted in a window, which begins anew when it has passed or the clock was set back", async (on) => {
  const { store, clock } = await on.newStore();
  const add = async () => (await store.transaction(({ attempts }) => attempts.add("key", 1000))).count;
  expect([await add(), await add(), await add()]).toEqual([1, 2, 3]);
  await store.transaction(({ attempts }) => attempts.forgive("key"));
  expect(await add()).toBe(3);
  clock.advance(1001);
  expect([await add(), await add()]).toEqual([1, 2]);
  clock.advance(-60_000);
  expect(await add()).toBe(1);
});

both("a token's name is free again once it was revoked", async (on) => {
  const { store, clock } = await on.newStore();
  const token = { name: "ci", roles: "*:viewer", actor: "test", expiresAt: clock.now() + 1000 };
  await store.transaction(async ({ tokens }) => {
    expect(await tokens.add({ ...token, id: "tok_1", digest: "one" })).toBe(true);
    expect(await tokens.add({ ...token, id: "tok_2", digest: "two" })).toBe(false);
    await tokens.touch("tok_1");
    expect(await tokens.revoke("ci")).toBe(true);
    expect(await tokens.revoke("ci")).toBe(false);
    expect(await tokens.add({ ...token, id: "tok_2", digest: "two" })).toBe(true);
    expect(await tokens.find("one")).toMatchObject({ id: "tok_1", revokedAt: clock.now(), usedAt: clock.now() });
    expect((await tokens.list()).map(({ id }) => id)).toEqual(["tok_1", "tok_2"]);
  });
});
