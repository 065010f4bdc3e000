import { expect } from "vitest";
import { Sensitive } from "#kernel";
import type { EnvironmentStore, NewBinding, Version } from "#store";
import { anna, both, secret } from "./with-store.ts";

function bound(version: Version): NewBinding {
  const { id, number, scope, name, fingerprint, sensitive } = version;
  return { name, fingerprint, sensitive, version: { id, number, scope }, origin: "store" };
}

function own(environment: EnvironmentStore, name: string, text: string): NewBinding {
  const value = Sensitive.of(text);
  return { name, fingerprint: environment.fingerprint(name, value), sensitive: false, origin: "manifest", value };
}

both("a release gives back its targets, bindings and values in the order in which they were bound", async (on) => {
  const { store } = await on.newStore();
  const created = await store.transaction(async (tx) => {
    const environment = await tx.environment("production");
    const { version } = await environment.values.put(secret("TOKEN", "t", { scope: { service: "api" } }));
    const targets = [
      { target: "worker@app1", digest: "d1", bindings: [own(environment, "PORT", "8080"), bound(version)] },
      { target: "api@app1", digest: "d2", label: "r0", bindings: [bound(version)] },
    ];
    return environment.releases.create({ actor: anna, reason: "apply", targets });
  });
  expect(created).toMatchObject({ number: 1, state: "open", actor: anna.name, reason: "apply" });
  expect(created.targets.map(({ target, label }) => `${target} ${label}`)).toEqual(["worker@app1 r1", "api@app1 r0"]);
  const [port, token] = created.targets[0]?.bindings ?? [];
  expect(port).toMatchObject({ name: "PORT", origin: "manifest", sensitive: false });
  expect(port).not.toHaveProperty("version");
  expect(token?.version).toEqual({ id: 1, number: 1, scope: { service: "api" } });
  await store.transaction(async (tx) => {
    const { releases } = await tx.environment("production");
    expect(await releases.find(1)).toEqual(created);
    const opened = await releases.open(1, "worker@app1");
    expect(opened.map(({ name, value }) => `${name}=${value.reveal().toString()}`)).toEqual(["PORT=8080", "TOKEN=t"]);
    await expect(releases.open(1, "api@app9")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await releases.find(2)).toBeUndefined();
  });
});

both("numbers go up by one per environment, latest() can ask for a state, list() is newest first", async (on) => {
  const { store } = await on.newStore();
  await store.transaction(async (tx) => {
    const { releases } = await tx.environment("production");
    const make = () => releases.create({ actor: anna, reason: "apply", targets: [] });
    expect(await releases.latest()).toBeUndefined();
    for (const number of [1, 2, 3]) expect((await make()).number).toBe(number);
    await releases.setState(1, "good");
    await releases.setState(2, "failed");
    expect((await releases.latest())?.number).toBe(3);
    expect((await releases.latest("good"))?.number).toBe(1);
    expect((await releases.list(2)).map(({ number, state }) => `${number} ${state}`)).toEqual(["3 open", "2 failed"]);
    await expect(releases.setState(9, "good")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const other = (await tx.environment("staging")).releases;
    expect((await other.create({ actor: anna, reason: "apply", targets: [] })).number).toBe(1);
  });
});

both("a version that is not live is neither bound nor opened again, and the error names names only", async (on) => {
  const { store } = await on.newStore();
  await store.transaction(async (tx) => {
    const { values, releases } = await tx.environment("production");
    const { version } = await values.put(secret("TOKEN", "old-value"));
    const targets = [{ target: "api@app1", digest: "d", bindings: [bound(version)] }];
    await releases.create({ actor: anna, reason: "apply", targets });
    for (const state of ["retired", "compromised"] as const) {
      await values.setState(version.id, state);
      const refused = { code: "VALUES_INVALID", data: { names: ["TOKEN"] } };
      await expect(releases.open(1, "api@app1")).rejects.toMatchObject(refused);
      const back = releases.create({ actor: anna, reason: "rollback to r1", targets });
      await expect(back).rejects.toMatchObject(refused);
    }
  });
});

both("a version of another environment, or a binding without a value, is not bound", async (on) => {
  const { store } = await on.newStore();
  const bind = (binding: (other: EnvironmentStore) => Promise<NewBinding>) =>
    store.transaction(async (tx) => {
      const bindings = [await binding(await tx.environment("staging"))];
      const targets = [{ target: "api@app1", digest: "d", bindings }];
      return (await tx.environment("production")).releases.create({ actor: anna, reason: "apply", targets });
    });
  const foreign = bind(async ({ values }) => bound((await values.put(secret("TOKEN", "v"))).version));
  await expect(foreign).rejects.toMatchObject({ code: "VALUES_INVALID" });
  const bare = bind(async (other) => {
    const { value: _, ...rest } = own(other, "PORT", "1");
    return rest;
  });
  await expect(bare).rejects.toMatchObject({ code: "VALUES_INVALID" });
});

both("a value that was kept with a release opens in its own place only", async (on) => {
  const { store, byHand } = await on.newStore();
  await store.transaction(async (tx) => {
    const environment = await tx.environment("production");
    const targets = ["api@app1", "api@app2"].map((target) => {
      return { target, digest: "d", bindings: [own(environment, "PORT", `port of ${target}`)] };
    });
    await environment.releases.create({ actor: anna, reason: "apply", targets });
  });
  await byHand(`update release_binding set (key_wrapped, sealed) =
    (select key_wrapped, sealed from release_binding where target = 'api@app2') where target = 'api@app1'`);
  await store.transaction(async (tx) => {
    const { releases } = await tx.environment("production");
    await expect(releases.open(1, "api@app1")).rejects.toMatchObject({ code: "SEAL_BROKEN" });
    expect((await releases.open(1, "api@app2"))[0]?.value.reveal().toString()).toBe("port of api@app2");
  });
});

both(
  "what is made of stored values ends with them: it is found by each, and neither bound nor opened again",
  async (on) => {
    const { store } = await on.newStore();
    await store.transaction(async (tx) => {
      const environment = await tx.environment("production");
      const { releases, values } = environment;
      const [{ version: first }, { version: second }] = [
        await values.put(secret("SECRET", "one")),
        await values.put(secret("SECRET", "two")),
      ];
      const map = { ...own(environment, "KEYS", "{a: one, b: two}"), holds: [first.id, second.id] };
      const targets = [{ target: "server@a", digest: "d", bindings: [map] }];
      await releases.create({ actor: anna, reason: "apply", targets });
      for (const { id } of [first, second]) {
        expect(await releases.holding([id])).toEqual([{ target: "server@a", label: "r1", name: "KEYS" }]);
      }
      expect((await releases.open(1, "server@a")).map(({ name }) => name)).toEqual(["KEYS"]);
      await values.setState(first.id, "retired");
      expect(await releases.barred()).toEqual([{ target: "server@a", label: "r1", name: "KEYS" }]);
      const open = () => releases.open(1, "server@a");
      const create = () => releases.create({ actor: anna, reason: "apply", targets });
      for (const again of [open, create]) {
        await expect(again()).rejects.toMatchObject({ code: "VALUES_INVALID", data: { names: ["KEYS"] } });
      }
    });
  },
);
