import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { archiveKind, unpack, type Packed } from "#corpus";
import { zipFile } from "./zip-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keyturn-archive-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function packed(bytes: Uint8Array, size = 1000): Packed {
  return { path: "a", chunks: pieces(bytes, size) };
}

interface Contents {
  readonly files: Readonly<Record<string, string>>;
  readonly left: Readonly<Record<string, string>>;
}

/** What comes out of an archive, by path; of large files the length alone. */
async function contents(given: Packed, kind: ReturnType<typeof archiveKind>, left = 1e9): Promise<Contents> {
  const found = { files: {} as Record<string, string>, left: {} as Record<string, string> };
  if (kind === undefined) throw new Error("that is no archive");
  for await (const one of unpack(given, kind, { left })) {
    if (one.kind === "left") found.left[one.left.path] = one.left.reason;
    else {
      const parts: Buffer[] = [];
      for await (const chunk of one.file.chunks) parts.push(Buffer.from(chunk));
      const text = Buffer.concat(parts).toString();
      found.files[one.file.path] = text.length > 1000 ? `${text.length} bytes` : text;
    }
  }
  return found;
}

const open = (bytes: Uint8Array, size?: number) => contents(packed(bytes, size), archiveKind(bytes));

for (const format of ["gnu", "posix", "ustar", "v7"]) {
  test(`a tar of the real command in its ${format} form is read, whatever its pieces`, async () => {
    write("dir/file", "content");
    write("dir/empty", "");
    write(`dir/${"l".repeat(40)}/${"m".repeat(format === "v7" ? 20 : 80)}`, "long name");
    write("dir/large", Buffer.alloc(70_000, "x"));
    symlinkSync("file", join(folder, "dir/link"));
    const tar = execFileSync("tar", [`--format=${format}`, "-C", folder, "-cf", "-", "dir"]);
    expect(archiveKind(tar)).toBe("tar");
    for (const size of [100, 512, 100_000]) {
      expect(await open(tar, size)).toEqual({
        files: {
          "a!dir/file": "content",
          "a!dir/empty": "",
          [`a!dir/${"l".repeat(40)}/${"m".repeat(format === "v7" ? 20 : 80)}`]: "long name",
          "a!dir/large": "70000 bytes",
        },
        left: {},
      });
    }
  });
}

test("names longer than a header holds come from the headers before", async () => {
  const long = `dir/${"p".repeat(90)}/${"q".repeat(90)}/${"r".repeat(90)}`;
  write(long, "content");
  for (const format of ["gnu", "posix"]) {
    const tar = execFileSync("tar", [`--format=${format}`, "-C", folder, "-cf", "-", "dir"]);
    expect((await open(tar)).files).toEqual({ [`a!${long}`]: "content" });
  }
});

test("what gzip and zstd compressed is one file, of several members too", async () => {
  write("f", "first ");
  const real = execFileSync("gzip", ["-c", join(folder, "f")]);
  expect(await open(Buffer.concat([real, gzipSync("second")]), 7)).toEqual({ files: { a: "first second" }, left: {} });
  expect(await open(zstdCompressSync("content"))).toEqual({ files: { a: "content" }, left: {} });
});

for (const large of [false, true]) {
  test(`a zip is read${large ? " in its large form" : ""}: stored, deflated, written as a stream`, async () => {
    const zip = zipFile(
      [
        { path: "dir/", content: Buffer.alloc(0), as: "stored" },
        { path: "dir/stored", content: Buffer.from("one"), as: "stored" },
        { path: "dir/deflated", content: Buffer.alloc(5000, "x") },
        { path: "ü", content: Buffer.from("three"), as: "streamed" },
        { path: "locked", content: Buffer.from("four"), encrypted: true },
        { path: "odd", content: Buffer.from("five"), method: 99 },
      ],
      { large },
    );
    const expected = {
      files: { "a!dir/stored": "one", "a!dir/deflated": "5000 bytes", "a!ü": "three" },
      left: { "a!locked": "encrypted", "a!odd": "compressed in a way that is not read" },
    };
    expect(await open(zip)).toEqual(expected);
    const random = { size: zip.byteLength, read: (at: number, length: number) => zip.subarray(at, at + length) };
    expect(await contents({ ...packed(zip), random }, "zip")).toEqual(expected);
  });
}

test("what is damaged or cut off is told, and what came before it stays", async () => {
  write("dir/a", "content");
  const tar = execFileSync("tar", ["-C", folder, "-cf", "-", "dir/a", "dir/a"]);
  const damaged = Buffer.from(tar);
  damaged.write("broken", 1024);
  for (const bytes of [damaged, tar.subarray(0, 512 + 3)]) {
    const found = await open(bytes);
    expect(found.left).toEqual({ a: "damaged archive" });
    expect(Object.keys(found.files)).toEqual(["a!dir/a"]);
  }
  const gzip = gzipSync(Buffer.alloc(100_000, "text that compresses "));
  expect((await open(gzip.subarray(0, -20))).left).toEqual({ a: "damaged archive" });
  const zip = zipFile([{ path: "f", content: Buffer.from("content") }]);
  expect((await open(zip.subarray(0, -30))).left).toEqual({ a: "damaged archive" });
  expect((await open(zstdCompressSync("content").subarray(0, 9))).left).toEqual({ a: "damaged archive" });
});

test("of a zip's entry that is cut off what came before stays, and one that grows comes whole", async () => {
  const random = createHash("shake256", { outputLength: 40_000 }).update("a").digest("hex");
  const zip = zipFile([
    { path: "cut", content: Buffer.from(random) },
    { path: "grows", content: Buffer.alloc(3_000_000) },
    { path: "behind", content: Buffer.from("content") },
  ]);
  zip.writeUInt32LE(30_000, zip.indexOf("PK\u0001\u0002") + 20);
  const { files, left } = await open(zip);
  expect(left).toEqual({ "a!cut": "damaged archive" });
  expect(files).toEqual({
    "a!cut": expect.stringMatching(/^[1-9]\d{4} bytes$/),
    "a!grows": "3000000 bytes",
    "a!behind": "content",
  });
});

test("a bomb ends where the allowance does", async () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  const found = await contents(packed(bomb), "gzip", 1_000_000);
  expect(found.left).toEqual({ a: "unpacks to too much" });
  const zip = zipFile([
    { path: "one", content: Buffer.alloc(600_000) },
    { path: "two", content: Buffer.alloc(600_000) },
  ]);
  const { files, left } = await contents(packed(zip), "zip", 1_000_000);
  expect(Object.keys(files)).toEqual(["a!one", "a!two"]);
  expect(left).toEqual({ "a!two": "unpacks to too much" });
});

test("other compressions are told, and text is no archive", async () => {
  write("f", "content");
  for (const command of ["xz", "bzip2"]) {
    const bytes = execFileSync(command, ["-c", join(folder, "f")]);
    expect(await open(bytes)).toEqual({ files: {}, left: { a: "compressed in a way that is not read" } });
  }
  for (const text of ["", "BZh is how bzip2 begins", "LZIP", "PK", readFileSync(import.meta.filename, "utf8")]) {
    expect(archiveKind(Buffer.from(text))).toBeUndefined();
  }
});

test("no bytes end anything", async () => {
  const zip = zipFile([{ path: "f", content: Buffer.from("content") }], { large: true });
  write("dir/a", "content");
  const tar = execFileSync("tar", ["-C", folder, "-cf", "-", "dir"]);
  const kinds = { zip, tar, gzip: gzipSync("content"), zstd: zstdCompressSync("content") } as const;
  const harmed = fc
    .constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]))
    .chain((kind) =>
      fc.tuple(
        fc.constant(kind),
        fc.array(fc.tuple(fc.nat({ max: kinds[kind].byteLength - 1 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        fc.nat({ max: kinds[kind].byteLength }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(harmed, async ([kind, changes, length]) => {
      const bytes = Buffer.from(kinds[kind]);
      for (const [at, byte] of changes) bytes[at] = byte;
      await contents(packed(bytes.subarray(0, length)), kind, 1e6);
    }),
    { numRuns: 400 },
  );
});
