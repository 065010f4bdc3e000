import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { verifyLog } from "#audit";
import { newKey } from "#envelope";
import { Sensitive } from "#kernel";
import { createStore, openStore, readServer, restoreStore, storeExists, type PostgresServer } from "#store";
import { copiedTables } from "../../src/store/dialect/copy-tables.ts";
import { refuseOld } from "../../src/store/dialect/postgres.ts";
import { query, serverOf } from "./database-for-test.ts";
import { anna, closing, kinds, postgres, secret, sqlite, tempFolder, type Kind, type Opened } from "./with-store.ts";

function byPassword({ database }: PostgresServer, password: string, parameters = ""): PostgresServer {
  const address = `postgres://keyturn@127.0.0.1:${inject("postgres").port}/${database}${parameters}`;
  return { ...readServer(address), password: Sensitive.of(password) };
}

function onServer({ place }: Pick<Opened, "place">): PostgresServer {
  if (place.server === undefined) throw new Error("the store is not on a server");
  return place.server;
}

test("a password opens the store, another one doesn't, and none of them is told", async () => {
  const opened = await postgres.newStore();
  const [server, folder] = [onServer(opened), opened.place.folder];
  const right = byPassword(server, inject("postgres").password);
  expect(closing(await openStore({ folder, server: right, kek: opened.kek })).id).toBe(opened.store.id);
  const wrong = openStore({ folder, server: byPassword(server, "hunter2-4711"), kek: opened.kek });
  const error: unknown = await wrong.catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "STORE_REFUSED", data: { sqlstate: "28P01" } });
  expect(JSON.stringify([error, String(error), String((error as Error).cause)])).not.toContain("hunter2");
  const { password: _, ...without } = right;
  await expect(openStore({ folder, server: without, kek: opened.kek })).rejects.toMatchObject({
    code: "STORE_REFUSED",
  });
});

test("what can't be reached, is missing, or is not for this user is told apart", async () => {
  const { server, folder } = await postgres.newPlace();
  if (server === undefined) throw new Error("no server");
  const codeOf = (changed: Partial<PostgresServer>) =>
    storeExists({ folder, server: { ...server, ...changed } }).then(
      String,
      (error: unknown) => (error as { code: string }).code,
    );
  expect(await codeOf({})).toBe("false");
  expect(await codeOf({ host: "127.0.0.1", port: 1 })).toBe("STORE_UNREACHABLE");
  expect(await codeOf({ host: "/nowhere/at/all" })).toBe("STORE_UNREACHABLE");
  expect(await codeOf({ database: "no_such_database" })).toBe("STORE_REFUSED");
  expect(await codeOf({ user: "nobody_at_all" })).toBe("STORE_REFUSED");
  const verified = byPassword(server, inject("postgres").password, "?sslmode=verify-full");
  expect(await codeOf(verified)).toBe("STORE_UNREACHABLE");
});

test("a user who may not make the schema is refused, and is let in to one that was made for him", async () => {
  const { server, folder } = await postgres.newPlace();
  const administrator = serverOf("postgres", server?.database ?? "");
  const outsider = serverOf("outsider", server?.database ?? "");
  const kek = newKey();
  await expect(createStore({ folder, server: outsider, kek })).rejects.toMatchObject({ code: "STORE_REFUSED" });
  await query(administrator, "create schema keyturn authorization outsider; grant create on schema public to outsider");
  const made = closing(await createStore({ folder, server: outsider, kek }));
  expect(await made.transaction(async (tx) => (await tx.audit.head()).size)).toBe(0);
  await expect(openStore({ folder, server: serverOf("keyturn", outsider.database), kek })).rejects.toMatchObject({
    code: "STORE_REFUSED",
  });
  await made.close();
  await query(administrator, "drop schema keyturn cascade; drop table public.global_settings");
});

test("a connection that is lost in a transaction keeps nothing of it, and the next one has a new connection", async () => {
  const { store, place } = await postgres.newStore();
  const others = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = '${place.server?.database}' and application_name = 'keyturn'`;
  const lost = store.transaction(async (tx) => {
    await tx.audit.append({ actor: anna, action: "value.set", subject: "A", detail: {} });
    await query(serverOf("postgres", "postgres"), others);
    await tx.audit.append({ actor: anna, action: "value.set", subject: "B", detail: {} });
  });
  await expect(lost).rejects.toMatchObject({ code: "STORE_UNREACHABLE", retryable: true });
  const head = await store.transaction((tx) => tx.audit.head());
  expect(head.size).toBe(0);
  await query(serverOf("postgres", "postgres"), others);
  expect((await store.transaction((tx) => tx.audit.head())).size).toBe(0);
});

test("another program's schema of that name is left as it is", async () => {
  const { server, folder } = await postgres.newPlace();
  if (server === undefined) throw new Error("no server");
  await query(server, "create schema keyturn; create table keyturn.recipes (name text)");
  const unfit = { code: "STORE_UNFIT" };
  await expect(createStore({ folder, server, kek: newKey() })).rejects.toMatchObject(unfit);
  await expect(openStore({ folder, server, kek: newKey() })).rejects.toMatchObject(unfit);
  expect(await query(server, "select tablename from pg_tables where schemaname = 'keyturn'")).toHaveLength(1);
});

test("a schema that everybody or an API may enter is not used until that is taken back", async () => {
  const { place, kek } = await postgres.newStore();
  const server = onServer({ place });
  const administrator = serverOf("postgres", server.database);
  await query(administrator, "create role anon; create role authenticated").catch(() => undefined);
  for (const role of ["public", "anon", "authenticated"]) {
    await query(server, `grant usage on schema keyturn to ${role}`);
    const refused: unknown = await openStore({ ...place, kek }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "STORE_UNFIT" });
    await query(server, (refused as { hint: string }).hint);
    await closing(await openStore({ ...place, kek })).close();
  }
});

test("settings stand in public, and a key of the browser's API sees no row of them, whatever it is granted", async () => {
  const { place, kek, store, byHand } = await postgres.newStore();
  const server = onServer({ place });
  await query(serverOf("postgres", server.database), "create role anon; create role authenticated").catch(
    () => undefined,
  );
  await store.transaction(async (tx) => (await tx.environment("production")).settings.save(savedSetting));
  await store.close();
  expect(await byHand("select provider from public.global_settings")).toEqual([{ provider: "openai" }]);
  const asAnon = "set role anon; select provider from public.global_settings";
  const administrator = serverOf("postgres", server.database);
  await expect(query(administrator, asAnon)).rejects.toThrow(/permission denied/);
  await query(administrator, "grant select on public.global_settings to anon");
  const rows = await query(administrator, asAnon);
  expect(JSON.stringify(rows)).not.toContain("openai");
  const exposures = [
    ["grant select on public.global_settings to anon", "reached by anon"],
    ["alter table public.global_settings disable row level security", "no row-level security"],
    ["create policy all_of_it on public.global_settings using (true)", "a policy"],
  ] as const;
  for (const [opening, told] of exposures) {
    await query(administrator, opening);
    await expect(openStore({ ...place, kek })).rejects.toMatchObject({
      code: "STORE_UNFIT",
      message: expect.stringContaining(told),
    });
    await query(administrator, closings[told]);
  }
  await closing(await openStore({ ...place, kek })).close();
});

const closings = {
  "reached by anon": "revoke all on table public.global_settings from anon",
  "no row-level security": "alter table public.global_settings enable row level security",
  "a policy": "drop policy all_of_it on public.global_settings",
} as const;

const savedSetting = {
  provider: "openai",
  origin: "saved",
  check: "verified",
  content: { fields: [] },
  actor: anna,
} as const;

test("another program's table of settings is left as it is, and the store is not made beside it", async () => {
  const { server, folder } = await postgres.newPlace();
  if (server === undefined) throw new Error("no server");
  await query(server, "create table public.global_settings (llm_provider text)");
  await expect(createStore({ folder, server, kek: newKey() })).rejects.toMatchObject({
    code: "STORE_UNFIT",
    hint: expect.stringContaining("rename"),
  });
  expect(await query(server, "select tablename from pg_tables where schemaname = 'keyturn'")).toEqual([]);
});

test("a server that is too old is named with what is needed", () => {
  const refuse = (version: number) => () => refuseOld(version, { address: "postgres://a@b/c" });
  expect(refuse(149_999)).toThrow(
    expect.objectContaining({ code: "STORE_UNFIT", message: expect.stringMatching(/14.*15/) }),
  );
  expect(refuse(150_000)).not.toThrow();
});

test("every table is copied but the ledger, and text is ordered byte by byte whatever the database says", async () => {
  const { byHand } = await postgres.newStore();
  const tables = await byHand(
    "select tablename as name from pg_tables where schemaname = 'keyturn' or tablename = 'global_settings'",
  );
  const expected = [...copiedTables, "schema_migration"].toSorted();
  expect(tables.map(({ name }) => String(name)).toSorted()).toEqual(expected);
  const other = await byHand(`select table_name, column_name from information_schema.columns
    where table_schema = 'keyturn' and data_type = 'text' and collation_name is distinct from 'C'`);
  expect(other).toEqual([]);
});

async function filled(on: Kind): Promise<Opened> {
  const opened = await on.newStore();
  await opened.store.transaction(async (tx) => {
    const { values, grants, releases, rollouts } = await tx.environment("production");
    const { version } = await values.put(secret("TOKEN", "moved along"));
    await values.put(secret("OLD", "one"));
    await values.setState((await values.put(secret("OLD", "two"))).version.id, "compromised");
    await grants.give({ service: "api", name: "TOKEN", kind: "hold", actor: anna.name });
    const { id, number, scope, name, fingerprint, sensitive } = version;
    const bindings = [{ name, fingerprint, sensitive, version: { id, number, scope }, origin: "store" }];
    await releases.create({ actor: anna, reason: "apply", targets: [{ target: "api@app1", digest: "d", bindings }] });
    await rollouts.begin({ id: "ro_1", kind: "apply", release: 1, plan: { steps: [] }, actor: anna });
    await rollouts.append("ro_1", { target: "api@app1", step: "swap", state: "done", detail: "it’s ünïcode\u0001" });
    await rollouts.finish("ro_1", "done");
    for (let count = 0; count < 450; count += 1) {
      await tx.audit.append({ actor: anna, action: "value.set", subject: `S${count}`, detail: { count } });
    }
    await tx.audit.checkpoint();
  });
  return opened;
}

/** All that a store has to say of an environment. */
async function contentOf({ store }: Pick<Opened, "store">) {
  return store.transaction(async (tx) => {
    const { values, grants, releases, rollouts } = await tx.environment("production");
    const [token, old] = [await values.history("TOKEN"), await values.history("OLD")];
    const { opened } = await values.openAll([...token, ...old].map(({ id }) => id));
    const entries = await tx.audit.list({ limit: 1000 });
    return {
      versions: [...token, ...old],
      opened: [...opened].map(([id, value]) => [id, value.reveal().toString()]),
      grants: await grants.list(),
      release: await releases.latest(),
      rollout: await rollouts.latest(1),
      steps: await rollouts.steps("ro_1"),
      entries: entries.filter(({ action }) => action !== "store.restore"),
    };
  });
}

test.each(kinds.flatMap((from) => kinds.map((to) => [from.name, to.name, from, to] as const)))(
  "a backup of a store in %s is a store in %s, with all of it, and goes on from there",
  async (_from, _to, from, to) => {
    const { store, kek, clock } = await filled(from);
    const file = join(await tempFolder(), "backup");
    await store.backup(file);
    const place = await to.newPlace();
    await restoreStore({ ...place, file, kek, actor: anna, clock });
    const moved = closing(await openStore({ ...place, kek, clock }));
    expect(await contentOf({ store: moved })).toEqual(await contentOf({ store }));
    expect([moved.id, moved.verifier]).toEqual([store.id, store.verifier]);
    await moved.transaction(async (tx) => {
      const head = await tx.audit.head();
      expect(await verifyLog(tx.audit.all(), head)).toEqual({ kind: "sound", head });
      const { values } = await tx.environment("production");
      const before = await values.history("OLD");
      const { version } = await values.put(secret("OLD", "three"));
      expect(version.id).toBeGreaterThan(Math.max(...before.map(({ id }) => id)));
    });
  },
);

test("a store moves from SQLite to PostgreSQL and back", async () => {
  const { store, kek, clock } = await filled(sqlite);
  const folder = await tempFolder();
  await store.backup(join(folder, "one"));
  const server = await postgres.newPlace();
  await restoreStore({ ...server, file: join(folder, "one"), kek, actor: anna, clock });
  await closing(await openStore({ ...server, kek, clock })).backup(join(folder, "two"));
  const back = await sqlite.newPlace();
  await restoreStore({ ...back, file: join(folder, "two"), kek, actor: anna, clock });
  expect(await contentOf({ store: closing(await openStore({ ...back, kek, clock })) })).toEqual(
    await contentOf({ store }),
  );
});
