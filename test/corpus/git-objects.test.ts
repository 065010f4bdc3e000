import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, closeSync, globSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readObjects, type GitObject, type TakeObjects } from "#corpus";

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
  const unreadable: string[] = [];
  const read = await readAll(["f".repeat(40), one], unreadable);
  expect(unreadable).toEqual(["f".repeat(40)]);
  expect([...read].map(([id, { bytes }]) => [id, bytes.toString()])).toEqual([[one, "one"]]);
});

test("a repository without an object has nothing to read", async () => {
  expect((await readAll()).size).toBe(0);
});

test("whoever takes them fails, and nothing is read on", async () => {
  commit(Array.from({ length: 1_500 }, (_, at) => `${at}\n${"y".repeat(2_000)}`));
  let taken = 0;
  const whole = (): void => {
    taken += 1;
    if (taken >= 10) throw new Error("enough");
  };
  const reading = readObjects({ folder, take: { ...nothing, whole } });
  await expect(reading).rejects.toThrow("enough");
  const then = taken;
  await new Promise((done) => setTimeout(done, 200));
  expect(taken).toBe(then);
});

test("one of git that is killed ends the reading, however many objects are listed still", async () => {
  git(["index-pack", "--stdin"], packOf(100_000));
  let killed = false;
  const whole = (): void => {
    if (!killed) spawnSync("pkill", ["-KILL", "-P", String(process.pid), "-f", "cat-file --batch --buffer"]);
    killed = true;
  };
  const reading = readObjects({ folder, take: { ...nothing, whole } });
  await expect(reading).rejects.toMatchObject({ code: "COMMAND_FAILED" });
  const there = () => spawnSync("pgrep", ["-P", String(process.pid), "-f", "cat-file"], { encoding: "utf8" }).stdout;
  await expect.poll(there).toBe("");
});

test("damaged objects are named, and all others read: loose ones, and those of a pack, at which git ends", async () => {
  commit([randomBytes(3_000_000), ...Array.from({ length: 3_000 }, (_, at) => `file ${at}`)]);
  const [pack = ""] = globSync(join(folder, ".git/objects/pack/*.pack"));
  chmodSync(pack, 0o600);
  const file = openSync(pack, "r+");
  writeSync(file, Buffer.alloc(100, "x"), 0, 100, 1_500_000);
  closeSync(file);
  const packed = git(["rev-parse", "main:0"]).trim();
  const loose = git(["hash-object", "-w", "--stdin"], "loose").trim();
  const place = join(folder, ".git/objects", loose.slice(0, 2), loose.slice(2));
  chmodSync(place, 0o600);
  writeFileSync(place, "");
  const unreadable: string[] = [];
  const read = await readAll(undefined, unreadable);
  expect(unreadable.toSorted()).toEqual([packed, loose].toSorted());
  expect([...read.values()].filter(({ type }) => type === "blob").length).toBe(3_000);
});

test("a folder of no repository is told", async () => {
  rmSync(join(folder, ".git"), { recursive: true });
  await expect(readAll()).rejects.toMatchObject({ code: "NOT_FOUND" });
});

interface Read extends GitObject {
  readonly bytes: Buffer;
  readonly chunks: readonly number[];
}

const nothing: TakeObjects = { whole: () => undefined, large: () => () => undefined, unreadable: () => undefined };

async function readAll(ids?: readonly string[], unreadable: string[] = []): Promise<ReadonlyMap<string, Read>> {
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
    unreadable: (id: string) => void unreadable.push(id),
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

/** A pack of so many blobs of six bytes, not compressed: Git itself takes long to make one. */
function packOf(count: number): Buffer {
  const head = Buffer.from("PACK\0\0\0\u0002\0\0\0\0", "latin1");
  head.writeUInt32BE(count, 8);
  const blobs = Array.from({ length: count }, (_, at) => {
    const text = Buffer.from(`${100_000 + at}`);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(adler32(text));
    return Buffer.concat([Buffer.of(0x36, 0x78, 0x01, 0x01, 6, 0, 0xff ^ 6, 0xff), text, sum]);
  });
  const pack = Buffer.concat([head, ...blobs]);
  return Buffer.concat([pack, createHash("sha1").update(pack).digest()]);
}

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) high += low += byte;
  return high * 0x10000 + low;
}

function git(command: readonly string[], input: string | Buffer = ""): string {
  const settings = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
  return execFileSync("git", [...settings, ...command], { cwd: folder, input, encoding: "utf8" });
}
