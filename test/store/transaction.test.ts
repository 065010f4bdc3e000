import { spawn } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openCheckpoint, verifyLog, type AuditEntry } from "#audit";
import { newKey } from "#envelope";
import { createStore, openStore, storeExists, type Store } from "#store";
import { anna, both, closing, newStore, secret, tempFolder } from "./with-store.ts";

const entry = (subject: string) => ({ actor: anna, action: "value.set", subject, detail: { version: 1 } });

both("an exception rolls back the value, its audit entry and a new environment together", async (on) => {
  const { store } = await on.newStore();
  const write = (fail: boolean) =>
    store.transaction(async (tx) => {
      const { values } = await tx.environment("production");
      await values.put(secret("TOKEN", "v"));
      await tx.audit.append(entry("TOKEN"));
      if (fail) throw new Error("stop");
    });
  await expect(write(true)).rejects.toThrow("stop");
  await store.transaction(async (tx) => {
    expect(await tx.environments.list()).toEqual([]);
    expect((await tx.audit.head()).size).toBe(0);
  });
  await write(false);
  await store.transaction(async (tx) => {
    const { values } = await tx.environment("production");
    const [version] = await values.present();
    expect((await values.open(version?.id ?? 0)).reveal().toString()).toBe("v");
    expect((await tx.audit.head()).size).toBe(1);
  });
});

both("a head is the log's own at every size that it had, and another's otherwise", async (on) => {
  const { store } = await on.newStore();
  const heads = [await store.transaction(({ audit }) => audit.head())];
  for (let round = 0; round < 9; round += 1) {
    heads.push(
      await store.transaction(async ({ audit }) => {
        await audit.append(entry(`S${round}`));
        return audit.head();
      }),
    );
  }
  const strange = [
    { size: 4, root: heads[5]?.root ?? "" },
    { size: 10, root: heads[9]?.root ?? "" },
  ];
  const foreign = await store.transaction(({ audit }) => audit.foreign([...heads, ...strange].toReversed()));
  expect(foreign).toEqual(strange);
});

both("transactions that are begun together run one after the other", async (on) => {
  const { store } = await on.newStore();
  let running = 0;
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      store.transaction(async (tx) => {
        running += 1;
        expect(running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        const { seq } = await tx.audit.append(entry(`S${index}`));
        running -= 1;
        return seq;
      }),
    ),
  );
  expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

both("a transaction inside a transaction is refused instead of waiting for itself", async (on) => {
  const { store } = await on.newStore();
  const nested = store.transaction(() => store.transaction(async () => 1));
  await expect(nested).rejects.toMatchObject({ code: "INTERNAL" });
  expect(await store.transaction(async () => 2)).toBe(2);
});

both("work that was set off inside a transaction may begin its own later", async (on) => {
  const { store } = await on.newStore();
  const later = await store.transaction(async () => {
    const done = new Promise((resolve) => setTimeout(resolve, 20)).then(() => store.transaction(async () => 3));
    return { done };
  });
  expect(await later.done).toBe(3);
});

both("two connections wait for each other, and see what the other wrote", async (on) => {
  const { store, again } = await on.newStore();
  const other = await again();
  const write = (store: Store, name: string) =>
    store.transaction(async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await (await tx.environment("production")).values.put(secret(name, name));
      return (await tx.audit.append(entry(name))).seq;
    });
  const seqs = await Promise.all(
    ["A", "B", "C", "D"].map((name, index) => write(index % 2 === 0 ? store : other, name)),
  );
  expect(seqs.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
  const names = await other.transaction(async (tx) => {
    const present = await (await tx.environment("production")).values.present();
    return present.map(({ name }) => name);
  });
  expect(names).toEqual(["A", "B", "C", "D"]);
});

both("two processes killed in the midst of their transactions leave a whole store and a sound log", async (on) => {
  const { store, place, kek, again } = await on.newStore();
  await store.close();
  const keyFile = join(await tempFolder(), "key");
  await writeFile(keyFile, kek.secret.export(), { mode: 0o600 });
  for (const pause of [30, 90, 150]) {
    const committed = await Promise.all(
      ["A", "B"].map((name) => killAfter(pause, [place.folder, place.server?.address ?? "", keyFile, name])),
    );
    const reopened = await again();
    await reopened.transaction(async (tx) => {
      const { values } = await tx.environment("production");
      const head = await tx.audit.head();
      expect(await verifyLog(tx.audit.all(), head)).toEqual({ kind: "sound", head });
      const versions = [...(await values.history("A")), ...(await values.history("B"))];
      // one entry per version: neither without the other, whichever commit was the last
      expect(head.size).toBe(versions.length);
      expect((await values.openAll(versions.map(({ id }) => id))).broken).toEqual([]);
    });
    await reopened.close();
    expect(Math.min(...committed)).toBeGreaterThan(0);
  }
});

test("the folder is the owner's alone, the files too", async () => {
  const { store, place } = await newStore();
  await store.transaction(async (tx) => tx.audit.append(entry("A")));
  expect((await stat(place.folder)).mode & 0o777).toBe(0o700);
  for (const file of ["keyturn.db", "keyturn.db-wal", "keyturn.db-shm"]) {
    expect((await stat(join(place.folder, file))).mode & 0o777, file).toBe(0o600);
  }
});

both(
  "the log is read newest first with filters, oldest first as a whole, and a checkpoint signs its head",
  async (on) => {
    const { store } = await on.newStore();
    await store.transaction(async (tx) => {
      for (const subject of ["A", "B", "A"])
        await tx.audit.append({ ...entry(subject), environment: `env-${subject}` });
      expect((await tx.audit.list({ limit: 2 })).map(({ seq }) => seq)).toEqual([3, 2]);
      expect((await tx.audit.list({ limit: 9, subject: "A" })).map(({ seq }) => seq)).toEqual([3, 1]);
      expect((await tx.audit.list({ limit: 9, environment: "env-B" })).map(({ seq }) => seq)).toEqual([2]);
      const all: AuditEntry[] = [];
      for await (const entry of tx.audit.all()) all.push(entry);
      expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      const note = await tx.audit.checkpoint();
      expect(openCheckpoint(note, store.verifier)?.head).toEqual(await tx.audit.head());
    });
  },
);

both("a log entry changed by hand is named, also when its detail no longer reads", async (on) => {
  const { store, byHand } = await on.newStore();
  await store.transaction(async (tx) => {
    for (let count = 0; count < 1200; count += 1) await tx.audit.append(entry(`S${count}`));
  });
  for (const [seq, change] of [
    [1100, "subject = 'other'"],
    [700, "detail = '{'"],
  ] as const) {
    await byHand(`update audit_entry set ${change} where seq = ${seq}`);
    const verdict = await store.transaction(async (tx) => verifyLog(tx.audit.all(), await tx.audit.head()));
    expect(verdict).toMatchObject({ kind: "broken", seq });
  }
});

both("a store is made once, found where it is, and missing elsewhere", async (on) => {
  const { place, kek } = await on.newStore();
  expect(await storeExists(place)).toBe(true);
  await expect(createStore({ ...place, kek: newKey() })).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  const elsewhere = await on.newPlace();
  expect(await storeExists(elsewhere)).toBe(false);
  await expect(openStore({ ...elsewhere, kek })).rejects.toMatchObject({ code: "STORE_MISSING" });
  expect(await storeExists(elsewhere)).toBe(false);
});

both("of two stores made in one place together one wins, and nothing else is left there", async (on) => {
  const place = await on.newPlace();
  const made = await Promise.allSettled(
    [1, 2].map(async () => closing(await createStore({ ...place, kek: newKey() }))),
  );
  expect(made.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual(["fulfilled", "rejected"]);
  const lost = made.find((result) => result.status === "rejected");
  expect(lost?.reason).toMatchObject({ code: "ALREADY_EXISTS" });
  expect((await readdir(place.folder)).filter((name) => !name.startsWith("keyturn.db"))).toEqual([]);
});

test("a file that is no database, or another program's, is broken and stays as it is", async () => {
  const folder = await tempFolder();
  const file = join(folder, "keyturn.db");
  await writeFile(file, "this is a text and not a database at all ".repeat(50));
  await expect(openStore({ folder, kek: newKey() })).rejects.toMatchObject({ code: "STORE_BROKEN" });
  const other = await tempFolder();
  const raw = new DatabaseSync(join(other, "keyturn.db"));
  raw.exec("create table recipes (name text)");
  raw.close();
  const before = await readFile(join(other, "keyturn.db"));
  await expect(openStore({ folder: other, kek: newKey() })).rejects.toMatchObject({ code: "STORE_BROKEN" });
  expect((await readFile(join(other, "keyturn.db"))).equals(before)).toBe(true);
});

/** Starts the writer, lets it commit for a while, kills it; the last number that it reported. */
function killAfter(ms: number, args: readonly string[]): Promise<number> {
  const script = fileURLToPath(new URL("write-for-ever.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let last = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      if (last === 0) setTimeout(() => child.kill("SIGKILL"), ms);
      last = Number(chunk.toString().trim().split("\n").at(-1));
    });
    child.on("error", reject);
    child.on("close", () => resolve(last));
  });
}
