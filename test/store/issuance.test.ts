import { expect } from "vitest";
import { Sensitive } from "#kernel";
import type { EnvironmentStore } from "#store";
import { anna, both, secret, type Opened } from "./with-store.ts";

const within = <T>({ store }: Opened, work: (environment: EnvironmentStore) => Promise<T>, name = "production") =>
  store.transaction(async (tx) => work(await tx.environment(name)));

async function intended({ values, issuances }: EnvironmentStore, id = "rot_1"): Promise<void> {
  const { version } = await values.put(secret("TOKEN", "the one before"));
  const draft = Sensitive.of("what it is made of");
  const issuance = { id, name: "TOKEN", scope: { service: "api" }, from: version.id, compromised: true, issuer: "{}" };
  await issuances.intend({ ...issuance, draft, actor: anna });
}

both("an intent is given back as it was written down, after a reopen as well, and its draft opens", async (on) => {
  const opened = await on.newStore();
  const startedAt = opened.clock.now();
  await within(opened, intended);
  await opened.store.close();
  await within({ ...opened, store: await opened.again() }, async ({ issuances }) => {
    const open = {
      id: "rot_1",
      name: "TOKEN",
      scope: { service: "api" },
      from: 1,
      compromised: true,
      issuer: "{}",
      state: "intended",
      attempts: 0,
      actor: anna.name,
      startedAt,
    };
    expect([await issuances.open(), await issuances.find("rot_1")]).toEqual([[open], open]);
    expect((await issuances.openDraft("rot_1")).reveal().toString()).toBe("what it is made of");
    expect(await issuances.find("rot_2")).toBeUndefined();
  });
});

both("what was tried in vain is counted until it goes on, and what is settled is over, its draft too", async (on) => {
  const opened = await on.newStore();
  await within(opened, async (environment) => {
    await intended(environment);
    const { issuances } = environment;
    await issuances.move("rot_1", "revoking-old");
    await issuances.postpone("rot_1", "away", 5);
    await issuances.postpone("rot_1", "still away", 9);
    expect(await issuances.find("rot_1")).toMatchObject({ attempts: 2, nextAt: 9, trouble: "still away" });
    await issuances.move("rot_1", "settled");
    expect(await issuances.open()).toEqual([]);
    expect(await issuances.find("rot_1")).toMatchObject({ state: "settled", attempts: 0 });
    await expect(issuances.openDraft("rot_1")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(issuances.move("rot_1", "intended")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

both("another environment's intents are not seen", async (on) => {
  const opened = await on.newStore();
  await within(opened, intended);
  await within(
    opened,
    async ({ issuances }) => {
      expect([await issuances.open(), await issuances.find("rot_1")]).toEqual([[], undefined]);
      await expect(issuances.openDraft("rot_1")).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(issuances.move("rot_1", "settled")).rejects.toMatchObject({ code: "NOT_FOUND" });
    },
    "staging",
  );
});

both("an intent for a pair has its other half, and what its issuer wrote down", async (on) => {
  const opened = await on.newStore();
  await within(opened, async ({ values, issuances }) => {
    const [{ version }, { version: key }] = [
      await values.put(secret("SECRET", "one")),
      await values.put(secret("KEY", "two")),
    ];
    const companion = { name: "KEY", from: key.id };
    const issuance = { id: "rot_1", name: "SECRET", scope: {}, from: version.id, companion, compromised: false };
    await issuances.intend({ ...issuance, issuer: "{}", draft: Sensitive.of("draft"), actor: anna });
    expect(await issuances.noted("rot_1")).toBeUndefined();
    for (const noted of ["what was there", "and what was made"]) await issuances.note("rot_1", noted);
  });
  await opened.store.close();
  await within({ ...opened, store: await opened.again() }, async ({ issuances }) => {
    expect(await issuances.find("rot_1")).toMatchObject({ companion: { name: "KEY", from: 2 } });
    expect(await issuances.noted("rot_1")).toBe("and what was made");
    await issuances.move("rot_1", "settled");
    await expect(issuances.note("rot_1", "more")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
