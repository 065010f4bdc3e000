import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTree } from "#corpus";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keyturn-corpus-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const paths = (items: readonly { readonly path: string }[]) => items.map(({ path }) => path);

test("text files come with their paths, sorted, and installed or generated folders stay out", async () => {
  for (const path of [
    "b.py",
    "a/z.ts",
    "a/node_modules/x.js",
    ".git/config",
    "dist/app.js",
    "a/build/x",
    ".venv/x",
    "py/pyvenv.cfg",
    "py/x.py",
  ])
    write(path);
  expect(await readTree(folder)).toEqual({
    files: [
      { path: "a/z.ts", text: "a/z.ts" },
      { path: "b.py", text: "b.py" },
    ],
    skipped: [],
  });
});

test("environment files with values and local notes are not read, their examples are", async () => {
  for (const path of [
    ".env",
    ".env.production",
    ".env.example",
    ".env.production.example",
    "prod/notes",
    ".keyturn/key",
  ]) {
    write(path);
  }
  expect(paths((await readTree(folder)).files)).toEqual([".env.example", ".env.production.example"]);
});

test("include chooses files and ignore leaves out folders by name", async () => {
  for (const path of ["a.ts", "a.md", "gen/b.ts", "src/gen/c.ts"]) write(path);
  const tree = await readTree(folder, { include: (path) => path.endsWith(".ts"), ignore: ["gen"] });
  expect(paths(tree.files)).toEqual(["a.ts"]);
});

test("binary files, links in a circle, FIFOs and large files are skipped and named", async () => {
  write("binary", new Uint8Array([65, 0, 66]));
  write("large", "x".repeat(101));
  write("fits", "x".repeat(100));
  write("empty", "");
  symlinkSync(".", join(folder, "circle"));
  symlinkSync("/etc/passwd", join(folder, "outside"));
  execFileSync("mkfifo", [join(folder, "fifo")]);
  const tree = await readTree(folder, { maxFileBytes: 100 });
  expect(paths(tree.files)).toEqual(["empty", "fits"]);
  expect(tree.skipped).toEqual([
    { path: "binary", reason: "binary" },
    { path: "circle", reason: "symbolic link" },
    { path: "fifo", reason: "not a regular file" },
    { path: "large", reason: "too large" },
    { path: "outside", reason: "symbolic link" },
  ]);
});

test("a tree over the limits is read up to them, and says so", async () => {
  for (const path of ["a", "b", "c"]) write(path, "12345");
  const byCount = await readTree(folder, { maxFiles: 2 });
  expect(paths(byCount.files)).toEqual(["a", "b"]);
  expect(byCount.skipped).toEqual([{ path: "c", reason: "limit" }]);
  const bySize = await readTree(folder, { maxBytes: 5 });
  expect(bySize.skipped).toEqual([{ path: "b", reason: "limit" }]);
});

test("a folder that is not there is refused", async () => {
  await expect(readTree(join(folder, "none"))).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
});
