import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newKey } from "#envelope";
import { createStore, openStore, writeNewFile } from "#store";
import { closing, newStore, tempFolder } from "./with-store.ts";

// no kernel gives this number to a process
const gone = 4_194_304;

test("a new file takes away what a killed writer of the same name has left, and nobody else's", async () => {
  const folder = await tempFolder();
  for (const name of [`.key.${gone}-ab`, `.key.${process.pid}-cd`, `.other.${gone}-ef`, ".key.mine-1", ".key.7"]) {
    await writeFile(join(folder, name), "half");
  }
  await writeNewFile(join(folder, "key"), Buffer.from("whole"));
  const kept = [".key.7", ".key.mine-1", `.key.${process.pid}-cd`, `.other.${gone}-ef`, "key"];
  expect((await readdir(folder)).toSorted()).toEqual(kept.toSorted());
  await expect(writeNewFile(join(folder, "key"), Buffer.from("other"))).rejects.toMatchObject({
    code: "ALREADY_EXISTS",
  });
});

test("a store that was half made when its command was killed is gone with the next that makes or opens one", async () => {
  const folder = await tempFolder();
  const left = join(folder, `.new.${gone}-ab`);
  const kek = newKey();
  await mkdir(left);
  await writeFile(join(left, "keyturn.db"), "");
  closing(await createStore({ folder, kek }));
  expect(await readdir(folder)).not.toContain(`.new.${gone}-ab`);
  await mkdir(left);
  closing(await openStore({ folder, kek }));
  expect(await readdir(folder)).not.toContain(`.new.${gone}-ab`);
});

test("a backup takes away the copy that a killed one has left", async () => {
  const { store } = await newStore();
  const folder = await tempFolder();
  await mkdir(join(folder, `.keyturn-backup.${gone}-ab`));
  await store.backup(join(folder, "backup"));
  expect(await readdir(folder)).toEqual(["backup"]);
});
