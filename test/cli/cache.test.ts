import { chmod, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keyturnAt } from "./keyturn.ts";

test("compiled code is kept where this user alone writes, and taken from nowhere else", async () => {
  const shared = await mkdtemp(join(tmpdir(), "keyturn-shared-"));
  onTestFinished(() => rm(shared, { recursive: true, force: true }));
  const cache = join(shared, `keyturn-cache-${process.getuid?.()}`);
  const keyturn = keyturnAt(shared);
  const start = () => keyturn("--version", { variables: { TMPDIR: shared } });
  await mkdir(cache);
  await chmod(cache, 0o777);
  expect(await start()).toMatchObject({ code: 0 });
  expect(await readdir(shared)).toEqual([`keyturn-cache-${process.getuid?.()}`]);
  expect(await readdir(cache)).toEqual([]);
  await rm(cache, { recursive: true });
  expect(await start()).toMatchObject({ code: 0 });
  expect((await stat(cache)).mode & 0o777).toBe(0o700);
  expect(await readdir(cache)).not.toEqual([]);
});
