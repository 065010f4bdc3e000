import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newKdf } from "#envelope";
import { Sensitive } from "#kernel";
import { createKeyFile, createStore, loadKek, openStore, storeKdf } from "#store";
import { both, closing, newStore, tempFolder } from "./with-store.ts";

test("a key file is made once with mode 0600, and gives the same key whenever it is read", async () => {
  const path = join(await tempFolder(), "keyturn.key");
  const made = await createKeyFile(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await loadKek({ kind: "file", path })).id).toBe(made.id);
  const before = await readFile(path, "utf8");
  await expect(createKeyFile(path)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(await readFile(path, "utf8")).toBe(before);
});

test("no key is made for a store that has one already", async () => {
  const { place } = await newStore();
  const path = join(await tempFolder(), "keyturn.key");
  await expect(createKeyFile(path, { store: place })).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a key file that others may read, that is missing, or that holds no key is refused, its content never quoted", async () => {
  const path = join(await tempFolder(), "keyturn.key");
  const load = () => loadKek({ kind: "file", path });
  await expect(load()).rejects.toMatchObject({ code: "KEY_MISSING", message: `the key file ${path} is missing` });
  await createKeyFile(path);
  for (const mode of [0o640, 0o604, 0o620]) {
    await chmod(path, mode);
    await expect(load()).rejects.toMatchObject({ code: "KEY_MISSING", hint: `chmod 600 ${path}` });
  }
  await chmod(path, 0o600);
  for (const content of ["", "hunter2-hunter2", "keyturn-key-1:c2hvcnQ=", "x".repeat(5000)]) {
    await writeFile(path, content);
    const error: unknown = await load().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "KEY_MISSING" });
    expect(String(error)).not.toContain("hunter2");
  }
});

test("a systemd credential holds the line of a key file or 32 plain bytes; its name is no path", async () => {
  const directory = await tempFolder();
  const made = await createKeyFile(join(directory, "line"));
  const load = (name: string) => loadKek({ kind: "credential", directory, name });
  expect((await load("line")).id).toBe(made.id);
  await writeFile(join(directory, "plain"), made.secret.export());
  expect((await load("plain")).id).toBe(made.id);
  await expect(load("none")).rejects.toMatchObject({ code: "KEY_MISSING" });
  await expect(load("../line")).rejects.toMatchObject({ code: "USAGE" });
});

both("a store made with a passphrase keeps the parameters, and opens with the passphrase again", async (on) => {
  const place = await on.newPlace();
  expect(await storeKdf(place)).toBeUndefined();
  const load = (text: string, kdf = newKdf(2 ** 10)) =>
    loadKek({ kind: "passphrase", passphrase: Sensitive.of(text), kdf });
  const store = closing(await createStore({ ...place, kek: await load("open sesame") }));
  const kdf = await storeKdf(place);
  expect(kdf?.n).toBe(1024);
  const again = closing(await openStore({ ...place, kek: await load("open sesame", kdf) }));
  expect(again.id).toBe(store.id);
  await expect(openStore({ ...place, kek: await load("open barley", kdf) })).rejects.toMatchObject({
    code: "KEY_WRONG",
  });
});

test("a rekey from passphrase to key file forgets the parameters", async () => {
  const folder = join(await tempFolder(), "home");
  const passphrase = Sensitive.of("open sesame");
  const kek = await loadKek({ kind: "passphrase", passphrase, kdf: newKdf(2 ** 10) });
  const store = closing(await createStore({ folder, kek }));
  const next = await createKeyFile(join(folder, "next.key"));
  await store.transaction((tx) => tx.keys.rekey(next));
  expect(await storeKdf({ folder })).toBeUndefined();
});
