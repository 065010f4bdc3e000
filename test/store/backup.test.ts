import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect } from "vitest";
import { verifyLog } from "#audit";
import { newKey } from "#envelope";
import { Sensitive } from "#kernel";
import { openStore, restoreStore } from "#store";
import { anna, closing, both, secret, tempFolder, type Kind, type Opened } from "./with-store.ts";

async function filled(on: Kind): Promise<Opened> {
  const opened = await on.newStore();
  await opened.store.transaction(async (tx) => {
    const { values, lease, rollouts } = await tx.environment("production");
    await values.put(secret("TOKEN", "kept-in-backup"));
    await tx.audit.append({ actor: anna, action: "value.set", subject: "TOKEN", detail: {} });
    await lease.take({ actor: anna, doing: "apply", ttl: 10_000 });
    await rollouts.begin({ id: "ro_1", kind: "apply", release: 1, plan: {}, actor: anna });
    await tx.accounts.add({ id: "acc_1", name: "anna", roles: "*:admin", actor: anna.name });
    await tx.accounts.putLink({ digest: "link", account: "acc_1", expiresAt: Number.MAX_SAFE_INTEGER });
    await tx.sessions.begin({ digest: "session", account: "acc_1", olderThan: 0 });
  });
  return opened;
}

both(
  "a restored store has the values, a sound log with the restore in it, a new epoch, and nothing that runs",
  async (on) => {
    const { store, kek, clock } = await filled(on);
    const file = join(await tempFolder(), "backup");
    await store.backup(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file)).includes("kept-in-backup")).toBe(false);
    const place = await on.newPlace();
    const restored = await restoreStore({ ...place, file, kek, actor: anna, clock });
    expect(restored.environments).toEqual(["production"]);
    const left = await readdir(place.folder);
    expect(left).toEqual(place.server === undefined ? ["keyturn.db"] : []);
    expect((await stat(place.folder)).mode & 0o777).toBe(0o700);
    for (const name of left) expect((await stat(join(place.folder, name))).mode & 0o777).toBe(0o600);
    const again = closing(await openStore({ ...place, kek, clock }));
    expect(again.id).toBe(store.id);
    await again.transaction(async (tx) => {
      const { values, row, lease, rollouts } = await tx.environment("production");
      const [version] = await values.present();
      expect((await values.open(version?.id ?? 0)).reveal().toString()).toBe("kept-in-backup");
      expect(row.epoch).toBeGreaterThan(1);
      expect(await lease.take({ actor: anna, doing: "apply", ttl: 1 })).toEqual({ kind: "taken", number: 2 });
      expect(await rollouts.open()).toBeUndefined();
      expect((await tx.accounts.find("anna"))?.id).toBe("acc_1");
      expect(await tx.accounts.findLink("link")).toBeUndefined();
      expect(await tx.sessions.find("session")).toBeUndefined();
      const head = await tx.audit.head();
      expect(await verifyLog(tx.audit.all(), head)).toEqual({ kind: "sound", head });
      expect((await tx.audit.list({ limit: 1 }))[0]?.action).toBe("store.restore");
    });
  },
);

both("two restores of one backup at different times have different epochs", async (on) => {
  const { store, kek, clock } = await filled(on);
  const file = join(await tempFolder(), "backup");
  await store.backup(file);
  const epochs: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    clock.advance(60_000);
    const place = await on.newPlace();
    await restoreStore({ ...place, file, kek, actor: anna, clock });
    const opened = closing(await openStore({ ...place, kek, clock }));
    epochs.push((await opened.transaction((tx) => tx.environment("production"))).row.epoch);
  }
  expect(epochs[1]).toBeGreaterThan(epochs[0] ?? Infinity);
});

both("a backup to a recipient restores with its identity only", async (on) => {
  const { store, kek, clock } = await filled(on);
  const identity = await generateIdentity();
  const file = join(await tempFolder(), "backup.age");
  await store.backup(file, { recipient: await identityToRecipient(identity) });
  expect((await readFile(file)).includes("SQLite format")).toBe(false);
  const place = await on.newPlace();
  const options = { ...place, file, kek, actor: anna, clock };
  await expect(restoreStore(options)).rejects.toMatchObject({ code: "KEY_MISSING" });
  const other = Sensitive.of(await generateIdentity());
  await expect(restoreStore({ ...options, identity: other })).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  await restoreStore({ ...options, identity: Sensitive.of(identity) });
  expect((await closing(await openStore({ ...place, kek })).transaction((tx) => tx.audit.head())).size).toBe(2);
});

both("a wrong, truncated or changed file, or a wrong key, touches nothing", async (on) => {
  const { store, kek } = await filled(on);
  const from = await tempFolder();
  const good = join(from, "good");
  await store.backup(good);
  const content = await readFile(good);
  const changed = Buffer.from(content);
  changed[content.byteLength - 100] = (changed[content.byteLength - 100] ?? 0) ^ 1;
  const bad = {
    empty: Buffer.alloc(0),
    text: Buffer.from("a text\nand more"),
    "header only": content.subarray(0, content.indexOf(10) + 1),
    truncated: content.subarray(0, -1),
    longer: Buffer.concat([content, Buffer.of(0)]),
    changed,
    "cut age": Buffer.from("age-encryption.org/v1\n-> X25519 abc"),
  };
  const place = await on.newPlace();
  for (const [name, bytes] of Object.entries(bad)) {
    const file = join(from, name);
    await writeFile(file, bytes);
    const identity = Sensitive.of(await generateIdentity());
    const failed = restoreStore({ ...place, file, kek, identity, actor: anna });
    await expect(failed, name).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  }
  const wrongKey = restoreStore({ ...place, file: good, kek: newKey(), actor: anna });
  await expect(wrongKey).rejects.toMatchObject({ code: "KEY_WRONG" });
  await expect(stat(place.folder)).rejects.toMatchObject({ code: "ENOENT" });
  await mkdir(place.folder);
  await writeFile(join(place.folder, "notes"), "mine");
  await expect(restoreStore({ ...place, file: good, kek: newKey(), actor: anna })).rejects.toThrow();
  expect(await readdir(place.folder)).toEqual(["notes"]);
});

both("neither a store nor a file is overwritten", async (on) => {
  const { store, place, kek } = await filled(on);
  const file = join(await tempFolder(), "backup");
  await store.backup(file);
  const before = await readFile(file);
  await expect(store.backup(file)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect((await readFile(file)).equals(before)).toBe(true);
  const over = restoreStore({ ...place, file, kek, actor: anna });
  await expect(over).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(await readdir(join(file, ".."))).toEqual(["backup"]);
});

both("a backup taken between transactions of another connection is whole", async (on) => {
  const { store, kek, again, clock } = await filled(on);
  const other = await again();
  const write = async () => {
    for (let count = 0; count < 20; count += 1) {
      await other.transaction(async (tx) => {
        await (await tx.environment("production")).values.put(secret("COUNT", String(count)));
        await tx.audit.append({ actor: anna, action: "value.set", subject: "COUNT", detail: { count } });
      });
    }
  };
  const file = join(await tempFolder(), "backup");
  await Promise.all([write(), store.backup(file)]);
  const place = await on.newPlace();
  await restoreStore({ ...place, file, kek, actor: anna, clock });
  await closing(await openStore({ ...place, kek })).transaction(async (tx) => {
    const versions = await (await tx.environment("production")).values.history("COUNT");
    // the value and the entry that were there before, and the restore's own entry
    expect((await tx.audit.head()).size).toBe(versions.length + 2);
  });
});
