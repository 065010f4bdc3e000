import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { writePrivate } from "../../src/operation/value/private-file.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keyturn-private-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what a killed run left beside a file goes with the next one, and nothing else", async () => {
  const path = join(folder, ".env");
  const living = await writeElsewhere(path);
  const dead = await writeElsewhere(path);
  dead.child.kill("SIGKILL");
  await once(dead.child, "exit");
  const theirs = [".env.keyturn-1-1-0123456789ab.old", ".env.keyturn-notes", "other.env.keyturn-1-1-0123456789ab"];
  for (const name of theirs) writeFileSync(join(folder, name), "");
  expect(readdirSync(folder).filter((name) => name === dead.left || name === living.left)).toHaveLength(2);
  await writePrivate(path, Sensitive.of("A=2\n"), true);
  expect(readFileSync(path, "utf8")).toBe("A=2\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).toSorted()).toEqual([".env", living.left, ...theirs].toSorted());
  living.child.kill("SIGKILL");
  await once(living.child, "exit");
  // a process that has the number of one that is gone is not that one
  writeFileSync(join(folder, `.env.keyturn-${process.pid}-1-0123456789ab`), "");
  await writePrivate(path, Sensitive.of("A=3\n"), true);
  expect(readdirSync(folder).toSorted()).toEqual([".env", ...theirs].toSorted());
});

/** A process that hangs while it writes: its content is never whole. */
async function writeElsewhere(path: string) {
  const before = new Set(readdirSync(folder));
  const [module, kernel] = ["../../src/operation/value/private-file.ts", "../../src/kernel/index.ts"].map(
    (one) => new URL(one, import.meta.url).href,
  );
  const program = `import { writePrivate } from ${JSON.stringify(module)};
    import { Sensitive } from ${JSON.stringify(kernel)};
    import fs from "node:fs/promises";
    const handle = await fs.open(process.execPath);
    Object.getPrototypeOf(handle).sync = () => { console.log("written"); return new Promise(() => setInterval(() => {}, 1000)); };
    await writePrivate(${JSON.stringify(path)}, Sensitive.of("A=secret\\n"), true);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const left = readdirSync(folder).find((name) => !before.has(name)) ?? "";
  expect(left).toMatch(/^\.env\.keyturn-/);
  return { child, left };
}
