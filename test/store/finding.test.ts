import { expect } from "vitest";
import { anna, both } from "./with-store.ts";

const value = { kind: "value", name: "API_TOKEN", scope: { service: "api" }, version: 3, encoding: "base64" } as const;
const key = { kind: "credential", format: "openai API key", tag: "3f0c9d41a7be5c2288d1" } as const;
const seen = {
  place: { kind: "git", where: "example.com/shop", path: "src/app.ts", line: 4 },
  places: 2,
  commit: "1a2b3c4d",
  present: false,
  machine: "ops1",
  root: "/srv/shop",
} as const;

both("what was found is kept with place and times, and comes back as it was", async (on) => {
  const { store, clock } = await on.newStore();
  const first = clock.now();
  await store.transaction(async (tx) => {
    const { findings } = await tx.environment("production");
    const id = await findings.add(seen, value, anna);
    const binary = { kind: "tree", where: "ops1", path: "/srv/a.bin", byte: 5_000_000_000 } as const;
    await findings.add({ place: binary, places: 1, present: true, machine: "ops1", root: "/" }, key, anna);
    expect(await findings.list()).toEqual([
      { ...seen, id, thing: value, firstAt: first, lastAt: first, actor: anna.name },
      {
        id: id + 1,
        thing: key,
        place: binary,
        places: 1,
        present: true,
        machine: "ops1",
        root: "/",
        firstAt: first,
        lastAt: first,
        actor: anna.name,
      },
    ]);
    expect(await findings.find(id)).toMatchObject({ id, thing: value });
    expect(await (await tx.environment("staging")).findings.find(id)).toBeUndefined();
    expect(await (await tx.environment("staging")).findings.list()).toEqual([]);
  });
});

both("it is seen again, leaves, comes back, is accepted and is dropped", async (on) => {
  const { store, clock } = await on.newStore();
  await store.transaction(async (tx) => {
    const { findings } = await tx.environment("production");
    const first = clock.now();
    const id = await findings.add(seen, value, anna);
    clock.advance(1000);
    await findings.leave([id]);
    expect(await findings.find(id)).toMatchObject({ goneAt: first + 1000, lastAt: first });
    clock.advance(1000);
    const { commit: _, ...staged } = seen;
    await findings.see(id, { ...staged, place: { ...seen.place, line: 9 }, places: 1, present: true });
    const back = await findings.find(id);
    expect(back).toMatchObject({ firstAt: first, lastAt: first + 2000, places: 1, present: true, place: { line: 9 } });
    expect(back?.goneAt ?? back?.commit).toBeUndefined();
    const accepted = { reason: "in the history", until: "2027-01-31", by: "anna", places: 1 };
    await findings.accept(id, accepted);
    expect((await findings.find(id))?.accepted).toEqual(accepted);
    await findings.accept(id, undefined);
    expect((await findings.find(id))?.accepted).toBeUndefined();
    await (await tx.environment("staging")).findings.drop([id]);
    expect(await findings.list()).toHaveLength(1);
    await findings.drop([id]);
    expect(await findings.list()).toEqual([]);
    expect(await findings.add(seen, value, anna)).toBeGreaterThan(id);
  });
});

both("many are changed at once", async (on) => {
  const { store } = await on.newStore();
  await store.transaction(async (tx) => {
    const { findings } = await tx.environment("production");
    const ids: number[] = [];
    for (let at = 0; at < 1203; at += 1) {
      ids.push(await findings.add({ ...seen, place: { ...seen.place, path: `f${at}` } }, value, anna));
    }
    await findings.leave(ids.slice(1));
    expect((await findings.list()).filter(({ goneAt }) => goneAt === undefined)).toHaveLength(1);
    await findings.drop(ids);
    await findings.leave([]);
    expect(await findings.list()).toEqual([]);
  });
});
