import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chunkReader, walk, type FileEntry } from "#corpus";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keyturn-walk-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function walked(named = ".", own?: string) {
  const all = [...walk(named, { folder, ...(own === undefined ? {} : { own }) })];
  return {
    files: all.flatMap((one) => (one.kind === "file" ? [one.file.path] : [])).toSorted(),
    left: Object.fromEntries(all.flatMap((one) => (one.kind === "left" ? [[one.left.path, one.left.reason]] : []))),
  };
}

function content(file: FileEntry): { readonly text: string; readonly chunks: number; readonly left?: string } {
  const parts: Buffer[] = [];
  const reading = chunkReader()(file, (bytes) => {
    parts.push(Buffer.from(bytes));
    return "go on";
  });
  let step = reading.next();
  while (step.done !== true) step = reading.next();
  const left = step.value;
  return {
    text: Buffer.concat(parts).toString(),
    chunks: parts.length,
    ...(left === undefined ? {} : { left: left.reason }),
  };
}

test("every file is found, hidden and ignored ones too, by the path that was named", () => {
  for (const path of ["a.txt", ".env", "node_modules/x/index.js", "deep/er/f", ".git/config", ".git/HEAD"]) write(path);
  write(".git/objects/ab/cd");
  write(".git/refs/heads/main");
  write("home/store.db");
  expect(walked(".", join(folder, "home"))).toEqual({
    files: [
      ".env",
      ".git/HEAD",
      ".git/config",
      ".git/refs/heads/main",
      "a.txt",
      "deep/er/f",
      "node_modules/x/index.js",
    ],
    left: { ".git/objects/": "git objects", "home/": "keyturn's own folder" },
  });
  expect(walked("deep").files).toEqual(["deep/er/f"]);
  expect(walked("a.txt").files).toEqual(["a.txt"]);
  expect(() => walked("nobody")).toThrow(/nobody does not exist/);
});

test("links, pipes, sockets and devices are told, and a circle of links ends nothing", async () => {
  write("dir/file");
  symlinkSync("..", join(folder, "dir/up"));
  symlinkSync("self", join(folder, "self"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  const server = createServer().listen(join(folder, "socket"));
  await new Promise((resolve) => server.once("listening", resolve));
  expect(walked()).toEqual({
    files: ["dir/file"],
    left: { "dir/up": "symbolic link", self: "symbolic link", pipe: "pipe", socket: "socket" },
  });
  await new Promise((resolve) => server.close(resolve));
  expect(walked("/dev/null").left).toEqual({ "/dev/null": "device" });
});

test("a link that was named itself is followed", () => {
  write("real/file", "content");
  symlinkSync("real", join(folder, "link"));
  expect(walked("link").files).toEqual(["link/file"]);
  symlinkSync("real/file", join(folder, "to-file"));
  const [one] = [...walk("to-file", { folder })];
  expect(one?.kind === "file" && content(one.file)).toEqual({ text: "content", chunks: 1 });
});

test("names with line feeds, and names that are no UTF-8, are opened", () => {
  write("two\nlines", "one");
  mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x64])]));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x64]), Buffer.from("/f")]), "two");
  const files = [...walk(".", { folder })].flatMap((one) => (one.kind === "file" ? [one.file] : []));
  expect(files.map(({ path }) => path).toSorted()).toEqual(["two\nlines", "\ufffdd/f"].toSorted());
  expect(files.map((file) => content(file).text).toSorted()).toEqual(["one", "two"]);
});

test("what has become something else since it was listed is left, and nothing waits", () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect(content({ path: "pipe", place: join(folder, "pipe") })).toEqual({ text: "", chunks: 0, left: "changed" });
  expect(content({ path: "gone", place: join(folder, "gone") })).toEqual({ text: "", chunks: 0, left: "unreadable" });
  write("file");
  symlinkSync("file", join(folder, "link"));
  expect(content({ path: "link", place: join(folder, "link") }).left).toBe("unreadable");
});

test("a large file comes in chunks, an empty one in one that is empty, a hole is not read", () => {
  const large = Buffer.alloc(10 * 1024 * 1024, "0123456789");
  write("large", large);
  const read = content({ path: "large", place: join(folder, "large") });
  expect(read.chunks).toBe(3);
  expect(Buffer.from(read.text).equals(large)).toBe(true);
  write("empty", "");
  expect(content({ path: "empty", place: join(folder, "empty") })).toEqual({ text: "", chunks: 1 });
  write("hole", "");
  truncateSync(join(folder, "hole"), 2 ** 42);
  expect(content({ path: "hole", place: join(folder, "hole") }).left).toBe("empty on the disk");
});

test("files of the kernel, which have no size, are read to their end", () => {
  expect(content({ path: "status", place: "/proc/self/status" }).text).toContain("VmRSS");
});

test("what fails in whoever is given the bytes is no unreadable file", () => {
  write("file");
  const fail = () => {
    throw new RangeError("mine");
  };
  expect(() => chunkReader()({ path: "file", place: join(folder, "file") }, fail).next()).toThrow("mine");
});
