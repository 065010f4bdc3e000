import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import type { EnvironmentStore, Store } from "#store";
import { newStore, both, secret } from "./with-store.ts";

const inProduction = <T>(store: Store, work: (environment: EnvironmentStore) => Promise<T>): Promise<T> =>
  store.transaction(async (tx) => work(await tx.environment("production")));

both("a value that was put comes back byte for byte, also after the store was closed and opened again", async (on) => {
  const { store, again } = await on.newStore();
  const bytes = Buffer.from([0, 255, 10, 13, 39, 34]);
  const value = secret("TOKEN", "", { value: Sensitive.of(bytes) });
  const { version } = await inProduction(store, ({ values }) => values.put(value));
  await store.close();
  const opened = await inProduction(await again(), ({ values }) => values.open(version.id));
  expect(opened.reveal().equals(bytes)).toBe(true);
});

both("the same bytes again are unchanged, other bytes or another sensitivity are the next version", async (on) => {
  const { store } = await on.newStore();
  const kinds = await inProduction(store, async ({ values }) => {
    const results = [];
    for (const value of ["a", "a", "b", "a"]) results.push(await values.put(secret("TOKEN", value)));
    results.push(await values.put(secret("TOKEN", "a", { sensitive: false })));
    return results.map(({ kind, version }) => `${kind} ${version.number} ${version.sensitive}`);
  });
  expect(kinds).toEqual(["stored 1 true", "unchanged 1 true", "stored 2 true", "stored 3 true", "stored 4 false"]);
});

both("scopes count their versions apart, and present() has the highest live one of each", async (on) => {
  const { store } = await on.newStore();
  await inProduction(store, async ({ values }) => {
    const scopes = [{}, { service: "api" }, { host: "app1" }, { service: "api", host: "app1" }];
    for (const scope of scopes) {
      await values.put(secret("TOKEN", "one", { scope }));
      await values.put(secret("TOKEN", `two ${JSON.stringify(scope)}`, { scope }));
    }
    const present = await values.present();
    expect(present.map(({ scope }) => scope)).toEqual([{}, { host: "app1" }, { service: "api" }, scopes[3]]);
    expect(present.map(({ number }) => number)).toEqual([2, 2, 2, 2]);
    await values.setState(present[0]?.id ?? 0, "retired");
    expect((await values.present())[0]?.number).toBe(1);
    expect((await values.history("TOKEN", {})).map(({ state }) => state)).toEqual(["live", "retired"]);
    expect(await values.history("TOKEN")).toHaveLength(8);
  });
});

both("present() agrees with a model after any sequence of puts and state changes", async (on) => {
  const { store } = await on.newStore();
  const step = fc.record({
    name: fc.constantFrom("A", "B"),
    service: fc.constantFrom("", "api"),
    value: fc.constantFrom("x", "y", "z"),
    retire: fc.boolean(),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      run += 1;
      const model = new Map<string, string[]>();
      await store.transaction(async (tx) => {
        const { values } = await tx.environment(`run-${run}`);
        for (const { name, service, value, retire } of steps) {
          const scope = service === "" ? {} : { service };
          const { version } = await values.put(secret(name, value, { scope }));
          const live = model.get(`${name} ${service}`) ?? [];
          if (live.at(-1) !== value) live.push(value);
          if (retire) live.pop();
          if (retire) await values.setState(version.id, "retired");
          model.set(`${name} ${service}`, live);
        }
        const present = await values.present();
        const { opened, broken } = await values.openAll(present.map(({ id }) => id));
        const found = new Map(
          present.map((v) => [`${v.name} ${v.scope.service ?? ""}`, opened.get(v.id)?.reveal().toString()]),
        );
        const expected = new Map(
          [...model].filter(([, live]) => live.length > 0).map(([key, live]) => [key, live.at(-1)]),
        );
        expect(broken).toEqual([]);
        expect(found).toEqual(expected);
        expect(present).toHaveLength(expected.size);
      });
    }),
    { numRuns: 25 },
  );
});

both("a version's state goes forward only, and a compromised value can't be set again under its name", async (on) => {
  const { store } = await on.newStore();
  await inProduction(store, async ({ values }) => {
    const { version } = await values.put(secret("TOKEN", "leaked"));
    await values.setState(version.id, "retired");
    await expect(values.setState(version.id, "live")).rejects.toMatchObject({ code: "VALUES_INVALID" });
    await values.setState(version.id, "compromised");
    await expect(values.setState(version.id, "retired")).rejects.toMatchObject({ code: "VALUES_INVALID" });
    const again = values.put(secret("TOKEN", "leaked", { scope: { service: "api" } }));
    await expect(again).rejects.toMatchObject({ code: "VALUES_INVALID" });
    expect((await values.put(secret("OTHER", "leaked"))).kind).toBe("stored");
    await expect(values.setState(999, "retired")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

both("fingerprints are equal for equal name and value, and differ between environments", async (on) => {
  const { store } = await on.newStore();
  await store.transaction(async (tx) => {
    const [a, b] = [await tx.environment("a"), await tx.environment("b")];
    const { version } = await a.values.put(secret("TOKEN", "v"));
    expect(a.fingerprint("TOKEN", Sensitive.of("v"))).toBe(version.fingerprint);
    expect(a.fingerprint("OTHER", Sensitive.of("v"))).not.toBe(version.fingerprint);
    expect(b.fingerprint("TOKEN", Sensitive.of("v"))).not.toBe(version.fingerprint);
  });
});

both(
  "a row changed or moved by hand is broken, the others stay readable, and setting it again mends it",
  async (on) => {
    const { store, byHand } = await on.newStore();
    const ids = await inProduction(store, async ({ values }) => {
      const put = await Promise.all(["A", "B", "C"].map((name) => values.put(secret(name, `value of ${name}`))));
      return put.map(({ version }) => version.id);
    });
    const [a = 0, b = 0, c = 0] = ids;
    await byHand(`update value set sealed = (select sealed from value where id = ${b}) where id = ${a}`);
    await byHand(`update value set number = 7 where id = ${c}`);
    await inProduction(store, async ({ values }) => {
      const { opened, broken } = await values.openAll([...ids, 999]);
      expect(broken).toEqual([a, c, 999]);
      expect(opened.get(b)?.reveal().toString()).toBe("value of B");
      await expect(values.open(a)).rejects.toMatchObject({ code: "SEAL_BROKEN" });
      const mended = await values.put(secret("A", "value of A"));
      expect(mended).toMatchObject({ kind: "stored", version: { number: 2 } });
      expect((await values.open(mended.version.id)).reveal().toString()).toBe("value of A");
    });
  },
);

both("an environment doesn't see another one's versions", async (on) => {
  const { store } = await on.newStore();
  await store.transaction(async (tx) => {
    const { version } = await (await tx.environment("a")).values.put(secret("TOKEN", "v"));
    const other = await tx.environment("b");
    expect(await other.values.find(version.id)).toBeUndefined();
    expect((await other.values.openAll([version.id])).broken).toEqual([version.id]);
    await expect(other.values.open(version.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

both("names that are no variable or environment names are refused", async (on) => {
  const { store } = await on.newStore();
  for (const name of ["", "1A", "A-B", "A B", "Ä", "A\n"]) {
    const put = inProduction(store, ({ values }) => values.put(secret(name, "v")));
    await expect(put).rejects.toMatchObject({ code: "NAME_INVALID" });
  }
  for (const name of ["", "../x", "a b", ".hidden"]) {
    await expect(store.transaction((tx) => tx.environment(name))).rejects.toMatchObject({ code: "NAME_INVALID" });
  }
});

test("no value is in the store's files in clear", async () => {
  const { store, place } = await newStore();
  const marker = "plain-marker-5f2c9e";
  await inProduction(store, async ({ values, releases }) => {
    const { version } = await values.put(secret("TOKEN", marker));
    const own = { name: "URL", fingerprint: version.fingerprint, sensitive: true, origin: "manifest" };
    const bindings = [{ ...own, value: Sensitive.of(marker) }];
    const targets = [{ target: "api@app1", digest: "d", bindings }];
    await releases.create({ actor: { name: "a" }, reason: "apply", targets });
  });
  const { readFile, readdir } = await import("node:fs/promises");
  const files = await readdir(place.folder);
  expect(files).toContain("keyturn.db");
  for (const file of files) expect((await readFile(join(place.folder, file))).includes(marker)).toBe(false);
});
