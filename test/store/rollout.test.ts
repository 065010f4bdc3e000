import { expect } from "vitest";
import type { Rollouts, Store } from "#store";
import { anna, both } from "./with-store.ts";

const inJournal = <T>(store: Store, work: (rollouts: Rollouts) => Promise<T>, environment = "production"): Promise<T> =>
  store.transaction(async (tx) => work((await tx.environment(environment)).rollouts));
const begun = (id: string) => ({ id, kind: "apply", release: 1, plan: { steps: ["a"] }, actor: anna }) as const;

both("the journal gives back what was begun and each step in its order, after a reopen as well", async (on) => {
  const { store, clock, again } = await on.newStore();
  const startedAt = clock.now();
  await inJournal(store, (rollouts) => rollouts.begin(begun("ro_1")));
  await inJournal(store, (rollouts) => rollouts.append("ro_1", step("stage", "started", "x".repeat(9000))));
  clock.advance(10);
  await inJournal(store, (rollouts) => rollouts.append("ro_1", step("stage", "done", "ok")));
  await store.close();
  await inJournal(await again(), async (rollouts) => {
    const open = await rollouts.open();
    expect(open).toEqual({ ...begun("ro_1"), actor: anna.name, state: "running", startedAt });
    const steps = await rollouts.steps("ro_1");
    expect(steps.map(({ seq, at, state }) => [seq, at - startedAt, state])).toEqual([
      [1, 0, "started"],
      [2, 10, "done"],
    ]);
    expect(steps[0]?.detail.length).toBe(4000);
    await rollouts.finish("ro_1", "done");
    expect(await rollouts.open()).toBeUndefined();
    expect(await rollouts.find("ro_1")).toMatchObject({ state: "done", endedAt: clock.now() });
  });
});

both("one rollout runs at a time, and an ended one doesn't end twice", async (on) => {
  const { store } = await on.newStore();
  await inJournal(store, async (rollouts) => {
    await rollouts.begin(begun("ro_1"));
    await expect(rollouts.begin(begun("ro_2"))).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await rollouts.finish("ro_1", "failed");
    await expect(rollouts.finish("ro_1", "done")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await rollouts.begin(begun("ro_2"));
    await rollouts.finish("ro_2", "returned");
    await rollouts.begin(begun("ro_3"));
    expect((await rollouts.latest(2)).map(({ id }) => id)).toEqual(["ro_3", "ro_2"]);
  });
});

both("another environment's rollouts are not seen", async (on) => {
  const { store } = await on.newStore();
  await inJournal(store, (rollouts) => rollouts.begin(begun("ro_1")));
  await inJournal(
    store,
    async (rollouts) => {
      expect(await rollouts.find("ro_1")).toBeUndefined();
      await expect(rollouts.steps("ro_1")).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(rollouts.append("ro_1", step("swap", "done", ""))).rejects.toMatchObject({ code: "NOT_FOUND" });
    },
    "staging",
  );
});

function step(step: string, state: "started" | "done", detail: string) {
  return { target: "api@app1", step, state, detail };
}
