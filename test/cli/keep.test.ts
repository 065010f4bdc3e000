import { copyFile, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { shop } from "../operation/make-context.ts";
import { keyturnIn } from "./keyturn.ts";

const planted = "planted-secret-4711";
const production = {
  ...shop,
  "keyturn.yaml": (shop["keyturn.yaml"] ?? "").replace("  local:\n", "  local:\n    production: true\n"),
};

test("a backup is restored into an empty home with the key it was made with", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("set SHARED_SECRET", { input: planted });
  const made = await keyturn("backup b.keyturn");
  expect(made.code).toBe(0);
  expect(made.out).toContain("it opens with the key");
  expect((await stat(join(folder, "b.keyturn"))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(folder, "b.keyturn"))).includes(planted)).toBe(false);
  const again = await keyturn("backup b.keyturn");
  expect([again.code, again.err.split("\n")[0]]).toEqual([
    73,
    `keyturn: error: ${join(folder, "b.keyturn")} is there already`,
  ]);
  const restored = await keyturn("restore b.keyturn --home other --key-file .keyturn/plain.key");
  expect(restored.code).toBe(0);
  expect(restored.out).toContain("begins a new epoch");
  const listed = await keyturn("list --home other --key-file .keyturn/plain.key");
  expect(listed.out).toMatch(/SHARED_SECRET +everywhere +v1 +secret/);
  expect((await keyturn("restore b.keyturn --home other --key-file .keyturn/plain.key")).code).toBe(73);
});

test("a store whose key is a passphrase is backed up and restored with it", { timeout: 60_000 }, async () => {
  const { keyturn, folder } = await keyturnIn();
  await writeFile(join(folder, "words"), "correct horse battery staple\n", { mode: 0o600 });
  const variables = { KEYTURN_PASSPHRASE_FILE: join(folder, "words") };
  expect((await keyturn("init --home second --yes", { variables })).code).toBe(0);
  expect((await keyturn("set SHARED_SECRET --home second", { input: planted, variables })).code).toBe(0);
  expect((await keyturn("backup b.keyturn --home second", { variables })).code).toBe(0);
  expect((await keyturn("restore b.keyturn --home third", { variables })).code).toBe(0);
  const revealed = await keyturn("reveal SHARED_SECRET --home third --yes", { variables });
  expect(revealed.out.trim()).toBe(planted);
  await writeFile(join(folder, "words"), "another one\n", { mode: 0o600 });
  const refused = await keyturn("restore b.keyturn --home fourth", { variables });
  expect([refused.code, refused.err.includes("keyturn: error:")]).toEqual([78, true]);
});

test("a backup is an entry of the log that tells it as a reveal, and is in the backup itself", async () => {
  const { keyturn } = await keyturnIn();
  await keyturn("set SHARED_SECRET", { input: planted });
  await keyturn("backup b.keyturn");
  await keyturn("restore b.keyturn --home other --key-file .keyturn/plain.key");
  for (const home of [".keyturn", "other"]) {
    const { out } = await keyturn(`audit --json --home ${home} --key-file .keyturn/plain.key`);
    expect(out).toContain('"store.backup"');
    expect(out).toContain('"every value"');
  }
});

test("production asks for recovery, and the hint leads through it", async () => {
  const { keyturn, folder } = await keyturnIn(production);
  const refused = await keyturn("set SHARED_SECRET", { input: planted });
  expect(refused.code).toBe(78);
  expect(refused.err).toContain("`keyturn recovery init --out FILE`, then `keyturn recovery drill FILE` once");
  const none = await keyturn("recovery status");
  expect([none.code, none.out.startsWith("none")]).toEqual([2, true]);
  const made = await keyturn("recovery init --out id.txt");
  expect(made.out).toMatch(/^recovery recipient: age1\w+\nthe identity is in .*id\.txt: keep it offline/);
  expect((await stat(join(folder, "id.txt"))).mode & 0o777).toBe(0o600);
  const identity = /AGE-SECRET-KEY-\w+/.exec(await readFile(join(folder, "id.txt"), "utf8"))?.[0] ?? "";
  expect(identity).not.toBe("");
  expect((await keyturn("recovery status")).code).toBe(2);
  const drilled = await keyturn("recovery drill id.txt");
  expect([drilled.code, drilled.out.split(":")[0]]).toEqual([0, "proved"]);
  expect((await keyturn("recovery status")).code).toBe(0);
  expect((await keyturn("set SHARED_SECRET", { input: planted })).code).toBe(0);
  expect(`${made.out}${made.err}${drilled.out}${drilled.err}`).not.toContain(identity);
});

test("another identity does not pass the drill, and a recipient is not replaced by accident", async () => {
  const { keyturn } = await keyturnIn();
  await keyturn("recovery init --out id.txt");
  expect((await keyturn("recovery init --out other.txt")).code).toBe(73);
  expect((await keyturn("recovery drill other.txt")).code).toBe(66);
  await keyturn("recovery drill id.txt");
  await keyturn("recovery init --out other.txt --replace");
  expect((await keyturn("recovery status")).out).toMatch(/^not proved/);
  const wrong = await keyturn("recovery drill id.txt");
  expect(wrong.code).toBe(70);
  expect(wrong.err).toContain("the recovery identity doesn't open this");
});

test("a backup to the recipient opens with the identity and the key together only", async () => {
  const { keyturn } = await keyturnIn();
  const early = await keyturn("backup b --to-recipient");
  expect([early.code, early.err.includes("recovery init --out FILE")]).toEqual([78, true]);
  await keyturn("recovery init --out id.txt");
  expect((await keyturn("backup b --to-recipient")).code).toBe(0);
  const key = "--key-file .keyturn/plain.key";
  expect((await keyturn(`restore b --home other ${key}`)).code).toBe(78);
  expect((await keyturn(`restore b --home other --identity id.txt ${key}`)).code).toBe(0);
});

test("rekey keeps values, puts the old key aside, and the old key opens nothing but old backups", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("set SHARED_SECRET", { input: planted });
  await keyturn("backup before");
  const { code, out } = await keyturn("rekey --json");
  expect(code).toBe(0);
  const { kept, file } = JSON.parse(out) as { kept: string; file: string };
  expect(file).toBe(join(folder, ".keyturn/plain.key"));
  expect((await keyturn("list")).out).toContain("SHARED_SECRET");
  expect((await keyturn(`list --key-file ${kept}`)).code).toBe(78);
  expect((await keyturn(`restore before --home other --key-file ${kept}`)).code).toBe(0);
  expect((await keyturn("restore before --home third")).code).not.toBe(0);
  await rm(kept);
  expect((await keyturn("rekey --new-key-file elsewhere.key")).out).toContain("destroy it");
  expect((await keyturn("list")).code).toBe(78);
  expect((await keyturn("list --key-file elsewhere.key")).code).toBe(0);
});

test("a rekey that was killed before the new key was in place is finished by the next command", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("set SHARED_SECRET", { input: planted });
  const { kept, file } = JSON.parse((await keyturn("rekey --json")).out) as { kept: string; file: string };
  await rename(file, `${file}.next`);
  await rename(kept, file);
  expect((await keyturn("list")).out).toContain("SHARED_SECRET");
  const home = await readdir(join(folder, ".keyturn"));
  expect(home.filter((name) => name.startsWith("plain.key")).toSorted()).toEqual(["plain.key", basename(kept)]);
  expect((await keyturn(`list --key-file ${kept}`)).code).toBe(78);
});

test("a rekey that was killed before the store was under the new key leaves nothing in the next one's way", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("set SHARED_SECRET", { input: planted });
  const left = join(folder, ".keyturn/plain.key.next");
  await keyturn("init --yes --home other");
  await copyFile(join(folder, "other/plain.key"), left);
  await writeFile(join(folder, ".keyturn/plain.key.lock"), "4194304 1\n");
  expect((await keyturn("list")).out).toContain("SHARED_SECRET");
  expect((await keyturn("rekey")).code).toBe(0);
  expect((await keyturn("list")).out).toContain("SHARED_SECRET");
  const home = await readdir(join(folder, ".keyturn"));
  expect(home.filter((name) => /next|lock/.test(name))).toEqual([]);
});

test("with the key lost, the identity opens the store itself and a backup of it, under a new key", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("recovery init --out id.txt");
  await keyturn("set SHARED_SECRET", { input: planted });
  await keyturn("backup b");
  expect((await keyturn("restore b --home other --key-lost")).code).toBe(64);
  const wrong = await keyturn("restore b --home other --key-lost --identity b");
  expect([wrong.code, wrong.out]).toEqual([78, ""]);
  const restored = await keyturn("restore b --home other --key-lost --identity id.txt");
  expect([restored.code, restored.out]).toEqual([0, expect.stringContaining("under a new key")]);
  await rm(join(folder, ".keyturn/plain.key"));
  expect((await keyturn("list")).code).toBe(78);
  expect((await keyturn("recovery use id.txt")).out).toMatch(/^recovered: local\nunder a new key, in /);
  for (const home of [".keyturn", "other"]) {
    const { out } = await keyturn(`reveal SHARED_SECRET --yes --home ${home}`);
    expect(out).toContain(planted);
    expect((await keyturn(`audit --json --home ${home}`)).out).toContain("store.recover");
  }
});

test("a backup that was cut off is refused and leaves no store", async () => {
  const { keyturn, folder } = await keyturnIn();
  await keyturn("backup b");
  const whole = await readFile(join(folder, "b"));
  await writeFile(join(folder, "cut"), whole.subarray(0, whole.byteLength - 100));
  const cut = await keyturn("restore cut --home other --key-file .keyturn/plain.key");
  expect([cut.code, cut.err.includes("is cut off")]).toEqual([65, true]);
  await expect(stat(join(folder, "other/keyturn.db"))).rejects.toThrow("ENOENT");
});
