import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scan, type ScanTarget } from "#operation";
import { zipFile } from "../corpus/zip-file.ts";
import { writers } from "../leak/writers.ts";
import { makeProject, put } from "./make-context.ts";

const secret = `planted "Value" 7319+x/y>?'ü`;

/** longer than what a decompressor, a pipe or git gives at once */
const filler = Buffer.alloc(70_000, "0123456789abcde\n");

/** Each encoding at the beginning of a file, at the end, and where a piece of 64 KiB ends. No two files are the same. */
function contents(): ReadonlyMap<string, Buffer> {
  const files = Object.entries(writers).flatMap(([name, write], at) => {
    const text = write(secret);
    const before = filler.subarray(0, 65_536 - Math.floor(text.length / 2));
    const own = Buffer.from(`\n${at}\n`);
    const file = (where: string) => `${at}-${name.replace(/[^\w ]/g, "")}-${where}`;
    return [
      [file("begin"), Buffer.concat([text, own, filler])] as const,
      [file("middle"), Buffer.concat([before, text, own, filler])] as const,
      [file("end"), Buffer.concat([filler, own, text])] as const,
    ];
  });
  return new Map(files);
}

async function ready() {
  const { folder, context } = await makeProject();
  await put(context, "SHARED_SECRET", secret);
  const files = contents();
  mkdirSync(join(folder, "in"));
  for (const [path, content] of files) writeFileSync(join(folder, "in", path), content);
  const found = async (target: ScanTarget) => {
    const { findings, left } = await scan(context, { target });
    return { paths: new Set(findings.map(({ path }) => path)), left };
  };
  const tree = (path: string) => found({ kind: "tree", folder, paths: [path] });
  const history = (at: string) => found({ kind: "git", folder: join(folder, at), select: { kind: "all" } });
  const run = (program: string, ...words: readonly string[]) => execFileSync(program, words, { cwd: folder });
  const all = (name: (path: string) => string) => ({ paths: new Set([...files.keys()].map(name)), left: [] });
  return { folder, files, tree, history, run, all };
}

test("each encoding is found in what tar, gzip and zip have packed", { timeout: 120_000 }, async () => {
  const { folder, files, tree, run, all } = await ready();
  expect(await tree("in")).toEqual(all((path) => `in/${path}`));
  run("tar", "-cf", "all.tar", "in");
  expect(await tree("all.tar")).toEqual(all((path) => `all.tar!in/${path}`));
  run("tar", "-czf", "all.tgz", "in");
  expect(await tree("all.tgz")).toEqual(all((path) => `all.tgz!in/${path}`));
  cpSync(join(folder, "in"), join(folder, "gz"), { recursive: true });
  run("gzip", "-r", "gz");
  expect(await tree("gz")).toEqual(all((path) => `gz/${path}.gz`));
  writeFileSync(join(folder, "all.zip"), zipFile([...files].map(([path, content]) => ({ path, content }))));
  expect(await tree("all.zip")).toEqual(all((path) => `all.zip!${path}`));
  const inner = readFileSync(join(folder, "all.tgz"));
  writeFileSync(join(folder, "outer.zip"), zipFile([{ path: "all.tgz", content: inner, as: "stored" }]));
  expect(await tree("outer.zip")).toEqual(all((path) => `outer.zip!all.tgz!in/${path}`));
});

test("each encoding is found in a repository, in loose objects and in a pack", { timeout: 120_000 }, async () => {
  const { folder, files, history, run, all } = await ready();
  const git = (...words: readonly string[]) =>
    run("git", "-C", "in", "-c", "user.name=n", "-c", "user.email=n@example.org", ...words);
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "one");
  expect(await history("in")).toEqual(all((path) => path));
  // each as a delta of another one
  for (const path of files.keys()) writeFileSync(join(folder, "in", path), "gone\n");
  git("commit", "--quiet", "--all", "--message", "out");
  git("repack", "-adq");
  expect(await history("in")).toEqual(all((path) => path));
});
