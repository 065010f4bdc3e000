import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readObjects, type GitObject } from "#corpus";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keyturn-objects-"));
  git(["init", "-q", "-b", "main"]);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("every blob, commit and tag once, whatever reads it, and each byte of it", async () => {
  const texts = Array.from({ length: 5_000 }, (_, at) => `file ${at}\n${"x".repeat(at)}`);
  commit(texts);
  git(["tag", "-a", "-m", "a tag", "v1"]);
  const read = await readAll();
  expect(read.size).toBe(texts.length + 2);
  const blobs = [...read.values()].filter(({ type }) => type === "blob").map(({ bytes }) => bytes.toString());
  expect(blobs.toSorted()).toEqual(texts.toSorted());
  expect([...read.values()].map(({ type }) => type)).toEqual(expect.arrayContaining(["commit", "tag"]));
  for (const { size, bytes } of read.values()) expect(bytes.byteLength).toBe(size);
});

test("a large one comes in chunks, of which none but the last is small", async () => {
  const large = Buffer.alloc(5 * 1024 * 1024 + 1, "0123456789");
  commit([large, "small", ""]);
  const read = await readAll();
  const found = [...read.values()].find(({ size }) => size === large.byteLength);
  expect(found?.bytes.equals(large)).toBe(true);
  expect(found?.chunks.length).toBeGreaterThan(1);
  for (const length of found?.chunks.slice(0, -1) ?? []) expect(length).toBeGreaterThanOrEqual(1024 * 1024);
});

test("named ones alone, and of these what is there", async () => {
  commit(["one", "two"]);
  const [one = ""] = ["one"].map((text) => git(["hash-object", "--stdin"], text).trim());
  const read = await readAll(["f".repeat(40), one]);
  expect([...read].map(([id, { bytes }]) => [id, bytes.toString()])).toEqual([[one, "one"]]);
});

test("a repository without an object has nothing to read", async () => {
  expect((await readAll()).size).toBe(0);
});

test("whoever takes them fails, and nothing is read on", async () => {
  commit(Array.from({ length: 5_000 }, (_, at) => `${at}\n${"y".repeat(2_000)}`));
  let taken = 0;
  const whole = (): void => {
    taken += 1;
    if (taken >= 10) throw new Error("enough");
  };
  const reading = readObjects({ folder, take: { whole, large: () => () => undefined } });
  await expect(reading).rejects.toThrow("enough");
  const then = taken;
  await new Promise((done) => setTimeout(done, 200));
  expect(taken).toBe(then);
});

test("a folder of no repository is told", async () => {
  rmSync(join(folder, ".git"), { recursive: true });
  await expect(readAll()).rejects.toMatchObject({ code: "NOT_FOUND" });
});

interface Read extends GitObject {
  readonly bytes: Buffer;
  readonly chunks: readonly number[];
}

async function readAll(ids?: readonly string[]): Promise<ReadonlyMap<string, Read>> {
  const read = new Map<string, Read>();
  const put = (object: GitObject, parts: readonly Buffer[]): void => {
    expect(read.has(object.id)).toBe(false);
    read.set(object.id, { ...object, bytes: Buffer.concat(parts), chunks: parts.map(({ byteLength }) => byteLength) });
  };
  const take = {
    whole: (object: GitObject, bytes: Uint8Array) => put(object, [Buffer.from(bytes)]),
    large: (object: GitObject) => {
      const parts: Buffer[] = [];
      return (chunk: Uint8Array, last: boolean) => {
        parts.push(Buffer.from(chunk));
        if (last) put(object, parts);
      };
    },
  };
  await readObjects({ folder, take, ...(ids === undefined ? {} : { ids }) });
  return read;
}

/** One commit with a file for each text. */
function commit(texts: readonly (string | Buffer)[]): void {
  const parts: Buffer[] = [
    Buffer.from("commit refs/heads/main\ncommitter t <t@localhost> 1700000000 +0000\ndata 1\nc\n"),
  ];
  for (const [at, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    parts.push(Buffer.from(`M 100644 inline ${at}\ndata ${bytes.byteLength}\n`), bytes, Buffer.from("\n"));
  }
  git(["fast-import", "--quiet"], Buffer.concat(parts));
}

function git(command: readonly string[], input: string | Buffer = ""): string {
  const settings = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
  return execFileSync("git", [...settings, ...command], { cwd: folder, input, encoding: "utf8" });
}
