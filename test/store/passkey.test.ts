import { join } from "node:path";
import { expect } from "vitest";
import { openStore, restoreStore } from "#store";
import { anna, both, closing, tempFolder } from "./with-store.ts";

const account = { id: "acc_1", name: "anna", roles: "*:admin", actor: "test" };
const passkey = {
  id: "psk_1",
  account: "acc_1",
  name: "laptop",
  credential: "AAEC",
  publicKey: Uint8Array.of(0xa5, 0x00, 0xff),
  counter: 3,
  transports: ["internal", "hybrid"],
};

both("a passkey is found by its credential, which nobody else has, and ends with its account", async (on) => {
  const { store, clock } = await on.newStore();
  await store.transaction(async ({ accounts, passkeys }) => {
    await accounts.add(account);
    await accounts.add({ ...account, id: "acc_2", name: "bob" });
    expect(await passkeys.add(passkey)).toBe(true);
    expect(await passkeys.add({ ...passkey, id: "psk_2", account: "acc_2" })).toBe(false);
    expect(await passkeys.add({ ...passkey, id: "psk_2", credential: "AAED", transports: [] })).toBe(true);
    const found = await passkeys.find("AAEC");
    expect(found?.account).toMatchObject({ name: "anna", hasPassword: false });
    expect(Buffer.from(found?.publicKey ?? [])).toEqual(Buffer.from(passkey.publicKey));
    const { id, name, credential, transports } = passkey;
    expect(found?.passkey).toEqual({ id, account: "acc_1", name, credential, transports, createdAt: clock.now() });
    expect(await passkeys.find("AAEE")).toBeUndefined();
    expect((await passkeys.list("acc_1")).map(({ id, transports }) => [id, transports])).toEqual([
      ["psk_1", ["internal", "hybrid"]],
      ["psk_2", []],
    ]);
    const count = async () => (await accounts.list()).map((one) => one.passkeys);
    expect(await count()).toEqual([2, 0]);
    await passkeys.remove("psk_2");
    expect(await count()).toEqual([1, 0]);
    await accounts.disable("acc_1");
    expect(await count()).toEqual([0, 0]);
    expect(await passkeys.find("AAEC")).toBeUndefined();
    await passkeys.add({ ...passkey, account: "acc_2" });
    expect(await passkeys.removeAll("acc_2")).toBe(1);
    expect(await passkeys.removeAll("acc_2")).toBe(0);
  });
});

both("a counter goes on, or stays at 0 with an authenticator that has none, and never back", async (on) => {
  const { store, clock } = await on.newStore();
  await store.transaction(async ({ accounts, passkeys }) => {
    await accounts.add(account);
    await passkeys.add(passkey);
    await passkeys.add({ ...passkey, id: "psk_0", credential: "AAED", counter: 0 });
    const use = (...counters: readonly number[]) => counters.map((counter) => ["psk_1", counter] as const);
    const told: boolean[] = [];
    for (const [id, counter] of use(3, 2, 0, 4, 4, 9, 8)) told.push(await passkeys.use(id, counter));
    expect(told).toEqual([false, false, false, true, false, true, false]);
    expect([await passkeys.use("psk_0", 0), await passkeys.use("psk_0", 0)]).toEqual([true, true]);
    expect([await passkeys.use("psk_0", 1), await passkeys.use("psk_0", 0)]).toEqual([true, false]);
    expect(await passkeys.use("psk_9", 1)).toBe(false);
    expect((await passkeys.list("acc_1")).map(({ usedAt }) => usedAt)).toEqual([clock.now(), clock.now()]);
  });
});

both("a challenge is taken once, in time, by its holder, and for what it was made", async (on) => {
  const { store, clock } = await on.newStore();
  const challenge = { digest: "one", holder: "session", purpose: "prove" } as const;
  const put = (digest: string, more: { readonly account?: string } = {}) =>
    store.transaction(({ challenges }) =>
      challenges.put({ ...challenge, digest, expiresAt: clock.now() + 1000, ...more }),
    );
  const take = (more: { readonly holder?: string; readonly purpose?: "log-in"; readonly digest?: string } = {}) =>
    store.transaction(({ challenges }) => challenges.take({ ...challenge, ...more }));
  await put("one", { account: "acc_1" });
  expect(await take({ holder: "other" })).toBeUndefined();
  expect(await take({ purpose: "log-in" })).toBeUndefined();
  expect(await take({ digest: "two" })).toBeUndefined();
  expect(await take()).toEqual({ account: "acc_1" });
  expect(await take()).toBeUndefined();
  await put("two");
  clock.advance(999);
  await put("three");
  expect(await take({ digest: "two" })).toEqual({});
  clock.advance(1000);
  expect(await take({ digest: "three" })).toBeUndefined();
});

both("those past their time are removed with the next one, and none is restored; passkeys are", async (on) => {
  const { store, clock, byHand, kek } = await on.newStore();
  const put = (digest: string) =>
    store.transaction(({ challenges }) =>
      challenges.put({ digest, holder: "h", purpose: "add", expiresAt: clock.now() + 1000 }),
    );
  await put("one");
  clock.advance(1000);
  await put("two");
  expect(await byHand("select digest from passkey_challenge")).toEqual([{ digest: "two" }]);
  await store.transaction(async ({ accounts, passkeys }) => {
    await accounts.add(account);
    await passkeys.add(passkey);
  });
  const file = join(await tempFolder(), "backup");
  await store.backup(file);
  const place = await on.newPlace();
  await restoreStore({ ...place, file, kek, actor: anna, clock });
  const again = closing(await openStore({ ...place, kek, clock }));
  await again.transaction(async ({ passkeys, challenges }) => {
    expect(await challenges.take({ digest: "two", holder: "h", purpose: "add" })).toBeUndefined();
    expect((await passkeys.find("AAEC"))?.passkey.name).toBe("laptop");
  });
});
