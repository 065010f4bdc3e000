import { expect } from "vitest";
import type { EnvironmentStore, RotationStep } from "#store";
import { anna, both, secret, type Opened } from "./with-store.ts";

const steps: readonly RotationStep[] = [
  { phase: "accept", services: ["backend"] },
  { phase: "switch", services: ["dialler"] },
  { phase: "forget", services: ["backend"] },
];

const within = <T>({ store }: Opened, work: (environment: EnvironmentStore) => Promise<T>, name = "production") =>
  store.transaction(async (tx) => work(await tx.environment(name)));

/** Two versions of a secret and a rotation from the one to the other. */
async function begun(environment: EnvironmentStore, id = "rot_1", name = "TOKEN"): Promise<void> {
  const { values, rotations } = environment;
  const { version: from } = await values.put(secret(name, "the one before"));
  const { version: to } = await values.put(secret(name, "the one behind"));
  await rotations.begin({ id, name, scope: {}, from: from.id, to: to.id, compromised: false, steps, actor: anna });
}

both("a rotation is given back as it was begun, moved and ended, after a reopen as well", async (on) => {
  const opened = await on.newStore();
  const { store, clock, again } = opened;
  const startedAt = clock.now();
  await within(opened, async (environment) => {
    await begun(environment);
    await environment.rotations.move("rot_1", 1, "ro_1");
    await environment.rotations.append("rot_1", {
      step: 1,
      kind: "proved",
      subject: "backend@a",
      detail: "x".repeat(9000),
    });
  });
  await store.close();
  await within({ ...opened, store: await again() }, async ({ rotations }) => {
    const [open] = await rotations.open();
    expect(open).toEqual({
      id: "rot_1",
      name: "TOKEN",
      scope: {},
      from: 1,
      to: 2,
      state: "open",
      compromised: false,
      steps,
      step: 1,
      rollout: "ro_1",
      actor: anna.name,
      startedAt,
    });
    const [entry] = await rotations.entries("rot_1");
    expect([entry?.seq, entry?.kind, entry?.detail.length]).toEqual([1, "proved", 4000]);
    clock.advance(5);
    await rotations.end("rot_1", "done");
    expect(await rotations.open()).toEqual([]);
    expect(await rotations.find("rot_1")).toMatchObject({ state: "done", endedAt: startedAt + 5 });
    await expect(rotations.end("rot_1", "returned")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(rotations.move("rot_1", 2, "ro_2")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

both("a secret has one rotation at a time and takes no other value meanwhile", async (on) => {
  const opened = await on.newStore();
  await within(opened, (environment) => begun(environment));
  await expect(within(opened, ({ values }) => values.put(secret("TOKEN", "a third")))).rejects.toMatchObject({
    code: "ROTATION_OPEN",
  });
  await within(opened, async ({ rotations, values }) => {
    const again = { id: "rot_2", name: "TOKEN", scope: {}, from: 1, to: 2, compromised: true, steps, actor: anna };
    await expect(rotations.begin(again)).rejects.toMatchObject({ code: "ROTATION_OPEN" });
    await values.put(secret("TOKEN", "of another scope", { scope: { service: "backend" } }));
    await values.put(secret("OTHER", "of another name"));
    await rotations.end("rot_1", "returned");
    await rotations.begin(again);
    expect((await rotations.latest(5)).map(({ id, compromised }) => [id, compromised])).toEqual([
      ["rot_2", true],
      ["rot_1", false],
    ]);
  });
});

both("another environment's rotations are not seen", async (on) => {
  const opened = await on.newStore();
  await within(opened, (environment) => begun(environment));
  await within(
    opened,
    async ({ rotations }) => {
      expect(await rotations.find("rot_1")).toBeUndefined();
      expect(await rotations.entries("rot_1")).toEqual([]);
      await expect(rotations.end("rot_1", "done")).rejects.toMatchObject({ code: "NOT_FOUND" });
    },
    "staging",
  );
});

both(
  "a pair is rotated as one: its other half is given back, and takes no other value meanwhile either",
  async (on) => {
    const opened = await on.newStore();
    await within(opened, async ({ values, rotations }) => {
      const [from, to] = [await values.put(secret("SECRET", "first")), await values.put(secret("SECRET", "second"))];
      const [keyFrom, keyTo] = [await values.put(secret("KEY", "one")), await values.put(secret("KEY", "two"))];
      const companion = { name: "KEY", from: keyFrom.version.id, to: keyTo.version.id };
      const pair = { name: "SECRET", scope: {}, from: from.version.id, to: to.version.id, companion };
      await rotations.begin({ id: "rot_1", ...pair, compromised: false, steps, actor: anna });
      expect(await rotations.find("rot_1")).toMatchObject(pair);
    });
    for (const name of ["SECRET", "KEY"]) {
      await expect(within(opened, ({ values }) => values.put(secret(name, "a third")))).rejects.toMatchObject({
        code: "ROTATION_OPEN",
      });
      await expect(
        within(opened, ({ rotations }) =>
          rotations.begin({ id: "rot_2", name, scope: {}, from: 1, to: 2, compromised: false, steps, actor: anna }),
        ),
      ).rejects.toMatchObject({ code: "ROTATION_OPEN", message: `rot_1 rotates ${name} already` });
    }
    await within(opened, async ({ rotations, values }) => {
      await rotations.end("rot_1", "returned");
      await values.put(secret("KEY", "a third"));
    });
  },
);
