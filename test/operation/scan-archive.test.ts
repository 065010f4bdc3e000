import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { scan, type ScanResult } from "#operation";
import { zipFile } from "../corpus/zip-file.ts";
import { makeProject, put } from "./make-context.ts";

const secret = "planted-Value-7319+x/y";

async function ready() {
  const { folder, context } = await makeProject();
  await put(context, "SHARED_SECRET", secret);
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const look = (...paths: readonly string[]) => scan(context, { target: { kind: "tree", folder, paths } });
  const tar = (...words: readonly string[]) => execFileSync("tar", ["-C", folder, ...words]);
  return { folder, context, write, look, tar };
}

const places = ({ findings }: ScanResult) =>
  findings.map(({ path, line, column, encoding }) => `${path}:${line}:${column} ${encoding}`);

const forms: Readonly<Record<string, string>> = {
  literal: secret,
  base64: Buffer.from(`user:${secret}`).toString("base64"),
  hex: Buffer.from(secret).toString("hex"),
  url: encodeURIComponent(secret),
  "base64-of-base64": Buffer.from(Buffer.from(secret).toString("base64")).toString("base64"),
};

for (const [form, text] of Object.entries(forms)) {
  test(`as ${form}: found in every packing, at the beginning, across chunks and at the end, and told once`, async () => {
    const { write, look, tar, folder } = await ready();
    const filler = "0123456789abcde\n".repeat(5000);
    for (const [where, content] of [
      ["begin", `${text}\n${filler}`],
      ["middle", `${filler.slice(0, 65_530)}${text}\n${filler}`],
      ["end", `${filler}${text}`],
    ] as const) {
      write("in/f", content);
      const plain = tar("-cf", "-", "in/f");
      const zip = zipFile([{ path: "in/f", content: Buffer.from(content) }]);
      const packings: Readonly<Record<string, Uint8Array>> = {
        "f.gz": execFileSync("gzip", ["-c", join(folder, "in/f")]),
        "f.zst": zstdCompressSync(content),
        "f.tar": plain,
        "f.tar.gz": gzipSync(plain),
        "f.zip": zip,
        "stored.zip": zipFile([{ path: "in/f", content: Buffer.from(content), as: "stored" }]),
        "zip-in.tar": tarOf(write, tar, { "in/inner.zip": zip }),
        "tar-in.zip": zipFile([{ path: "inner.tgz", content: gzipSync(plain) }]),
      };
      for (const [name, bytes] of Object.entries(packings)) write(`out/${where}/${name}`, bytes);
    }
    const { findings, left } = await look("out");
    const paths = ["begin", "end", "middle"].flatMap((where) =>
      [
        "f.gz",
        "f.tar!in/f",
        "f.tar.gz!in/f",
        "f.zip!in/f",
        "f.zst",
        "stored.zip!in/f",
        "tar-in.zip!inner.tgz!in/f",
        "zip-in.tar!in/inner.zip!in/f",
      ].map((path) => `out/${where}/${path}`),
    );
    expect(findings.map(({ path }) => path)).toEqual(paths.toSorted());
    expect(new Set(findings.map(({ encoding }) => encoding))).toEqual(new Set([form]));
    expect(left).toEqual([]);
  });
}

function tarOf(
  write: (path: string, content: Uint8Array) => void,
  tar: (...words: readonly string[]) => Buffer,
  files: Readonly<Record<string, Uint8Array>>,
): Buffer {
  for (const [path, content] of Object.entries(files)) write(path, content);
  return tar("-cf", "-", ...Object.keys(files));
}

test("an image as `docker save` writes it: a layer's file is told by its layer, what a later one deleted too", async () => {
  const { write, look, tar } = await ready();
  write("root/app/.env", `A=1\nKEY=${secret}\n`);
  write("root/app/.wh..env", "");
  const layers = [tar("-cf", "-", "root/app/.env"), gzipSync(tar("-cf", "-", "root/app/.wh..env"))];
  write("image/blobs/sha256/aaa", layers[0] ?? "");
  write("image/blobs/sha256/bbb", layers[1] ?? "");
  write("image/blobs/sha256/ccc", JSON.stringify({ config: { Env: [`KEY=${secret}`] } }));
  write("image/manifest.json", JSON.stringify([{ Config: "blobs/sha256/ccc", Layers: ["aaa", "bbb"] }]));
  write("image.tar", tar("-cf", "-", "image"));
  expect(places(await look("image.tar"))).toEqual([
    "image.tar!image/blobs/sha256/aaa!root/app/.env:2:5 literal",
    "image.tar!image/blobs/sha256/ccc:1:24 literal",
  ]);
});

test("an image in the older form, and what no value of the store is: a folder and a `layer.tar` for each layer", async () => {
  const { write, look, tar } = await ready();
  const deep = `usr/lib/${"a-long-name-of-a-folder/".repeat(6)}settings.py`;
  const layer = `${"0a1b2c3d".repeat(8)}/layer.tar`;
  write(`root/${deep}`, `TOKEN = "${secret}"\n`);
  write("root/app/key.pem", rsaKey());
  write(`image/${layer}`, tar("-C", "root", "-cf", "-", deep, "app/key.pem"));
  write("image/manifest.json", JSON.stringify([{ Config: "c.json", RepoTags: ["shop:1"], Layers: [layer] }]));
  write("image/c.json", JSON.stringify({ history: [{ created_by: `ARG KEY=${secret}` }] }));
  // `docker save | gzip`
  write("shop.tar.gz", gzipSync(tar("-C", "image", "-cf", "-", layer, "manifest.json", "c.json")));
  const result = await look("shop.tar.gz");
  expect(places(result)).toEqual([`shop.tar.gz!${layer}!${deep}:1:10 literal`, "shop.tar.gz!c.json:1:36 literal"]);
  expect(result.credentials.map(({ format, path }) => [format, path])).toEqual([
    ["private-key", `shop.tar.gz!${layer}!app/key.pem`],
  ]);
});

const rsaKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 1024,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;

test("a stream that is piped in is unpacked as well", async () => {
  const { context, write, tar } = await ready();
  write("in/f", `one\n${secret}`);
  const stream = Readable.from([tar("-czf", "-", "in/f")]);
  expect(places(await scan(context, { target: { kind: "stream", stream } }))).toEqual(["<stdin>!in/f:2:1 literal"]);
});

test("archives in a repository are told by path and commit, and what is damaged in them too", async () => {
  const { folder, context, write, tar } = await ready();
  const repository = join(folder, "repository");
  write("in/f", secret);
  write("repository/a.tgz", tar("-czf", "-", "in/f"));
  write("repository/cut.gz", gzipSync(secret.repeat(100)).subarray(0, 30));
  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.org", ...words], { cwd: repository });
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "one");
  const result = await scan(context, { target: { kind: "git", folder: repository, select: { kind: "all" } } });
  expect(places(result)).toEqual(["a.tgz!in/f:1:1 literal"]);
  expect(result.findings[0]?.git).toMatchObject({ present: true, commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(result.left).toEqual([{ path: "cut.gz", reason: "damaged archive" }]);
});

test("bombs, archives in archives without end, and damaged ones end nothing, and are told", async () => {
  const { write, look } = await ready();
  const zeros = gzipSync(Buffer.alloc(20_000_000));
  let nested: Buffer = Buffer.from(secret);
  for (let depth = 0; depth < 12; depth += 1) nested = gzipSync(nested);
  // each of 16 files is 64 zips of which each is 20 MB: 20 GB in all
  const inner = zipFile(
    Array.from({ length: 64 }, (_, at) => ({ path: `z${at}`, content: zeros, as: "stored" as const })),
  );
  write("in/bomb.zip", zipFile(Array.from({ length: 16 }, (_, at) => ({ path: `y${at}.zip`, content: inner }))));
  write("in/nested.gz", nested);
  write("in/cut.gz", gzipSync(`${secret}\n`.repeat(1000)).subarray(0, 60));
  write("in/no.tar.gz", "no gzip at all");
  write("in/last", secret);
  const result = await look("in");
  expect(places(result)).toContain("in/last:1:1 literal");
  const left = new Map(result.left.map(({ path, reason }) => [path, reason]));
  expect([...left].find(([, reason]) => reason === "unpacks to too much")?.[0]).toMatch(
    /^in\/bomb\.zip!y\d+\.zip!z\d+$/,
  );
  expect(left.get("in/nested.gz")).toBe("archives in archives, too deep");
  expect(left.get("in/cut.gz")).toBe("damaged archive");
  expect(left.has("in/no.tar.gz")).toBe(false);
  expect(gunzipSync(zeros).byteLength).toBe(20_000_000);
});

test("eight archives in each other are looked into, a ninth is told", async () => {
  const { write, look } = await ready();
  let nested: Buffer = Buffer.from(secret);
  for (let depth = 1; depth <= 9; depth += 1) {
    nested = gzipSync(nested);
    write(`in/${depth}.gz`, nested);
  }
  const result = await look("in");
  expect(places(result)).toEqual(Array.from({ length: 8 }, (_, at) => `in/${at + 1}.gz:1:1 literal`));
  expect(result.left).toEqual([{ path: "in/9.gz", reason: "archives in archives, too deep" }]);
});

test("a zip whose entries all are the same bytes is left where it has unpacked too much", async () => {
  const { write, look } = await ready();
  const one = zipFile([{ path: "zeros", content: Buffer.alloc(20_000_000) }]);
  const end = Buffer.from(one.subarray(one.lastIndexOf("PK\u0005\u0006")));
  const [size, offset] = [end.readUInt32LE(12), end.readUInt32LE(16)];
  const count = 5000;
  for (const at of [8, 10]) end.writeUInt16LE(count, at);
  end.writeUInt32LE(size * count, 12);
  const entry = one.subarray(offset, offset + size);
  write("in/bomb.zip", Buffer.concat([one.subarray(0, offset), ...Array.from({ length: count }, () => entry), end]));
  write("in/last", secret);
  const result = await look("in");
  expect(places(result)).toEqual(["in/last:1:1 literal"]);
  expect(result.left).toEqual([{ path: "in/bomb.zip!zeros", reason: "unpacks to too much" }]);
});

test("a zip of many small files lets a signal in", async () => {
  const { write, look } = await ready();
  const content = Buffer.from("export const none = 0;\n");
  write("many.zip", zipFile(Array.from({ length: 20_000 }, (_, at) => ({ path: `f${at}`, content }))));
  let turns = 0;
  const beat = setInterval(() => (turns += 1), 1);
  const { files } = await look("many.zip");
  clearInterval(beat);
  expect(files).toBe(1);
  expect(turns).toBeGreaterThan(2);
});
