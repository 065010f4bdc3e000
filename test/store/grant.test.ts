import { expect } from "vitest";
import { both } from "./with-store.ts";

both("a grant is given once, listed with who gave it, and taken once", async (on) => {
  const { store, clock } = await on.newStore();
  await store.transaction(async (tx) => {
    const { grants } = await tx.environment("production");
    const grant = { service: "api", name: "TOKEN", kind: "hold", actor: "anna@ops1" } as const;
    expect(await grants.give(grant)).toBe(true);
    expect(await grants.give({ ...grant, actor: "ben@ops2" })).toBe(false);
    expect(await grants.give({ ...grant, kind: "loader" })).toBe(true);
    expect((await grants.list())[0]).toEqual({ ...grant, createdAt: clock.now() });
    expect(await (await tx.environment("staging")).grants.list()).toEqual([]);
    expect(await grants.take(grant)).toBe(true);
    expect(await grants.take(grant)).toBe(false);
    expect((await grants.list()).map(({ kind }) => kind)).toEqual(["loader"]);
  });
});
